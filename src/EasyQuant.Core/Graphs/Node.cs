using EasyQuant.Tensors;

namespace EasyQuant.Graphs;

/// <summary>One call of an operator.</summary>
public sealed class Node
{
    private readonly List<Value?> _inputs = [];
    private readonly List<Value?> _outputs = [];

    /// <summary>A call of <paramref name="opType"/> that reads <paramref name="inputs"/> and computes <paramref name="outputs"/>.</summary>
    /// <remarks>Absent optional inputs and outputs are <see langword="null"/>.</remarks>
    public Node(string opType, IEnumerable<Value?> inputs, IEnumerable<Value?> outputs, string name = "", string domain = "")
    {
        OpType = opType;
        Name = name;
        Domain = domain;
        foreach (Value? input in inputs)
        {
            AddInput(input);
        }

        foreach (Value? output in outputs)
        {
            AddOutput(output);
        }
    }

    /// <summary>The operator's name, as in <c>Conv</c>.</summary>
    public string OpType { get; set; }

    /// <summary>The operator's domain; empty for the standard one (<c>ai.onnx</c> is stored as empty).</summary>
    public string Domain { get; set; }

    /// <summary>The node's own name; may be empty.</summary>
    public string Name { get; set; }

    /// <summary>Documentation carried by the model.</summary>
    public string DocString { get; set; } = "";

    /// <summary>What is read; <see langword="null"/> where an optional input is absent.</summary>
    public IReadOnlyList<Value?> Inputs => _inputs;

    /// <summary>What is computed; <see langword="null"/> where an optional output is absent.</summary>
    public IReadOnlyList<Value?> Outputs => _outputs;

    /// <summary>The attributes by name, in the model's order.</summary>
    public OrderedDictionary<string, AttributeValue> Attributes { get; } = [];

    /// <summary>What the importer wants to find again when the model is written.</summary>
    public object? Origin { get; set; }

    /// <summary>How messages call this node: <c>Conv 'features.3'</c>, or by its first output where it has no name.</summary>
    public string Label => Name.Length > 0 ? $"{OpType} '{Name}'" : $"{OpType} computing '{_outputs.FirstOrDefault(o => o is not null)?.Name}'";

    /// <summary>The input at <paramref name="index"/>, or <see langword="null"/> where it is absent or not given at all.</summary>
    public Value? InputOrDefault(int index) => index < _inputs.Count ? _inputs[index] : null;

    /// <summary>The nested graphs among the attributes.</summary>
    public IEnumerable<Graph> Subgraphs => Attributes.Values.SelectMany(a => a switch
    {
        GraphAttribute graph => [graph.Value],
        GraphsAttribute graphs => graphs.Values,
        _ => (IEnumerable<Graph>)[],
    });

    /// <summary>Whether this is the standard domain's operator <paramref name="opType"/>.</summary>
    public bool Is(string opType) => OpType == opType && Domain.Length == 0;

    /// <summary>Adds an input at the end.</summary>
    public void AddInput(Value? value)
    {
        _inputs.Add(value);
        value?.AddUse(this, _inputs.Count - 1);
    }

    /// <summary>Reads <paramref name="value"/> at <paramref name="index"/> from now on; absent inputs before it are filled in.</summary>
    public void SetInput(int index, Value? value)
    {
        while (_inputs.Count <= index)
        {
            _inputs.Add(null);
        }

        _inputs[index]?.RemoveUse(this, index);
        _inputs[index] = value;
        value?.AddUse(this, index);
    }

    /// <summary>Drops the inputs from <paramref name="count"/> on.</summary>
    public void TruncateInputs(int count)
    {
        while (_inputs.Count > count)
        {
            _inputs[^1]?.RemoveUse(this, _inputs.Count - 1);
            _inputs.RemoveAt(_inputs.Count - 1);
        }
    }

    /// <summary>Adds an output at the end.</summary>
    /// <exception cref="InvalidModelException">The value already has a producer.</exception>
    public void AddOutput(Value? value)
    {
        Claim(value);
        _outputs.Add(value);
    }

    /// <summary>Computes <paramref name="value"/> at <paramref name="index"/> from now on; the former output loses its producer.</summary>
    /// <exception cref="InvalidModelException">The value already has a producer.</exception>
    public void SetOutput(int index, Value? value)
    {
        if (_outputs[index] is { } former)
        {
            former.Producer = null;
        }

        Claim(value);
        _outputs[index] = value;
    }

    /// <summary>Lets go of every input and output, so that the values no longer know this node or the nodes nested in it.</summary>
    internal void Detach()
    {
        TruncateInputs(0);
        foreach (Graph nested in Subgraphs)
        {
            nested.RemoveAll(_ => true);
        }

        foreach (Value? output in _outputs)
        {
            if (output is not null)
            {
                output.Producer = null;
            }
        }

        _outputs.Clear();
    }

    private void Claim(Value? value)
    {
        if (value is null)
        {
            return;
        }

        if (value.Producer is { } other)
        {
            throw new InvalidModelException($"Value '{value.Name}' is computed twice: by {other.Label} and by {OpType} '{Name}'. A value has one producer.");
        }

        value.Producer = this;
    }

    /// <summary>An integer attribute, or its default.</summary>
    public long GetInt(string name, long defaultValue) => Get<IntAttribute>(name)?.Value ?? defaultValue;

    /// <summary>A float attribute, or its default.</summary>
    public float GetFloat(string name, float defaultValue) => Get<FloatAttribute>(name)?.Value ?? defaultValue;

    /// <summary>A string attribute, or its default.</summary>
    public string GetString(string name, string defaultValue) => Get<StringAttribute>(name)?.Value ?? defaultValue;

    /// <summary>An integer list attribute, or <see langword="null"/>.</summary>
    public IReadOnlyList<long>? GetInts(string name) => Get<IntsAttribute>(name)?.Values;

    /// <summary>A float list attribute, or <see langword="null"/>.</summary>
    public IReadOnlyList<float>? GetFloats(string name) => Get<FloatsAttribute>(name)?.Values;

    /// <summary>A string list attribute, or <see langword="null"/>.</summary>
    public IReadOnlyList<string>? GetStrings(string name) => Get<StringsAttribute>(name)?.Values;

    /// <summary>A tensor attribute, or <see langword="null"/>.</summary>
    public Tensor? GetTensor(string name) => Get<TensorAttribute>(name)?.Value;

    private T? Get<T>(string name) where T : AttributeValue
    {
        if (!Attributes.TryGetValue(name, out AttributeValue? value))
        {
            return null;
        }

        return value as T ?? throw new InvalidModelException(
            $"{Label}: attribute '{name}' is a {value.GetType().Name}, expected {typeof(T).Name}.");
    }

    /// <summary>The node's label.</summary>
    public override string ToString() => Label;
}
