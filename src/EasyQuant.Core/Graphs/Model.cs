namespace EasyQuant.Graphs;

/// <summary>A graph with what a model file says around it.</summary>
public sealed class Model
{
    /// <summary>A model of this graph.</summary>
    public Model(Graph graph) => Graph = graph;

    /// <summary>The graph.</summary>
    public Graph Graph { get; }

    /// <summary>The version of each operator set used; the standard domain is the empty string.</summary>
    public OrderedDictionary<string, long> OpsetImports { get; } = [];

    /// <summary>The version of the standard operator set.</summary>
    public int Opset => OpsetImports.TryGetValue("", out long version) ? (int)version : 1;

    /// <summary>The version of the file format's intermediate representation.</summary>
    public long IrVersion { get; set; } = 8;

    /// <summary>The program that wrote the model.</summary>
    public string ProducerName { get; set; } = "";

    /// <summary>The version of that program.</summary>
    public string ProducerVersion { get; set; } = "";

    /// <summary>The name space of the model.</summary>
    public string Domain { get; set; } = "";

    /// <summary>The version of the model itself.</summary>
    public long Version { get; set; }

    /// <summary>Documentation carried by the model.</summary>
    public string DocString { get; set; } = "";

    /// <summary>Free key-value pairs carried by the model.</summary>
    public OrderedDictionary<string, string> Metadata { get; } = [];

    /// <summary>Operators that the model itself defines, each as a graph over its formal inputs.</summary>
    public List<ModelFunction> Functions { get; } = [];

    /// <summary>What the importer wants to find again when the model is written.</summary>
    public object? Origin { get; set; }
}

/// <summary>An operator defined by the model: a call is its body with the caller's inputs.</summary>
/// <param name="Domain">The operator's domain.</param>
/// <param name="Name">The operator's name.</param>
/// <param name="Body">The graph over the formal inputs and outputs.</param>
/// <param name="Origin">What the importer wants to find again when the model is written.</param>
public sealed record ModelFunction(string Domain, string Name, Graph Body, object? Origin);
