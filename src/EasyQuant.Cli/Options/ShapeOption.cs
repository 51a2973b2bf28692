using System.CommandLine;
using System.Globalization;
using EasyQuant.Cli.Terminal;
using EasyQuant.Evaluation;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Cli.Options;

/// <summary>The option that gives numbers to the extents that a model leaves open.</summary>
internal static class ShapeOption
{
    /// <summary>The option; may be given several times.</summary>
    public static Option<string[]> Create() => new("--shape")
    {
        Description = "Where the model leaves extents open: an input's shape (data=1x3x224x224) or one extent by its name (H=224). By default batch 1, pictures 224x224, others 16.",
        HelpName = "NAME=SHAPE|DIM=N",
        DefaultValueFactory = _ => [],
    };

    /// <summary>The shapes of a model's inputs, and what was assumed where nothing was chosen.</summary>
    /// <exception cref="UsageException">A choice cannot be understood, or contradicts the model.</exception>
    /// <exception cref="InvalidModelException">An input has no shape that could be completed.</exception>
    public static (IReadOnlyDictionary<string, Shape> Shapes, IReadOnlyList<string> Assumed) Resolve(IReadOnlyList<string> given, Graph graph)
    {
        Dictionary<string, Shape> shapes = new(StringComparer.Ordinal);
        Dictionary<string, int> symbols = new(StringComparer.Ordinal);
        foreach (string argument in given)
        {
            int equals = argument.LastIndexOf('=');
            int[]? extents = equals > 0 ? Parse(argument[(equals + 1)..]) : null;
            string name = equals > 0 ? argument[..equals] : argument;
            bool isInput = graph.RequiredInputs.Any(i => i.Name == name);
            if (extents is null || !(isInput ? shapes.TryAdd(name, new Shape(extents)) : extents.Length == 1 && symbols.TryAdd(name, extents[0])))
            {
                throw new UsageException(extents is null || (!isInput && extents.Length > 1)
                    ? $"--shape '{argument}' is neither the shape of an input ({string.Join(", ", graph.RequiredInputs.Select(i => i.Name))}), as in NAME=1x3x224x224, nor an extent, as in H=224."
                    : $"--shape gives '{name}' twice.");
            }
        }

        try
        {
            return new ChosenExtents(shapes, symbols).Resolve(graph);
        }
        catch (ArgumentException error)
        {
            throw new UsageException($"--shape: {error.Message}");
        }
    }

    /// <summary>The shapes of a model's inputs; says what was assumed.</summary>
    /// <inheritdoc cref="Resolve(IReadOnlyList{string}, Graph)"/>
    public static IReadOnlyDictionary<string, Shape> Resolve(IReadOnlyList<string> given, Graph graph, string model, Session session)
    {
        (IReadOnlyDictionary<string, Shape> shapes, IReadOnlyList<string> assumed) = Resolve(given, graph);
        if (assumed.Count > 0)
        {
            session.Note(Sentence(assumed, model));
        }

        return shapes;
    }

    /// <summary>What was assumed, in a sentence.</summary>
    public static string Sentence(IReadOnlyList<string> assumed, string model) => $"'{model}' leaves extents open; assumed {string.Join(", ", assumed)}. Choose with --shape.";

    private static int[]? Parse(string text)
    {
        string[] parts = text.Split('x');
        int[] extents = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out extents[i]))
            {
                return null;
            }
        }

        return extents;
    }
}
