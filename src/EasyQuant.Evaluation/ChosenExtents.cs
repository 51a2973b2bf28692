using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation;

/// <summary>Numbers for the extents that a model leaves open, where it is to run without samples.</summary>
/// <remarks>
/// What is not chosen is taken to be 1 for the first dimension, the batch; 224 for height and width of pictures, [batch, 1 or 3, height, width]; and
/// 16 for any other. One name stands for one number in all inputs.
/// </remarks>
public sealed class ChosenExtents
{
    private const int PictureSide = 224;
    private const int OtherExtent = 16;

    private readonly IReadOnlyDictionary<string, Shape> _shapes;
    private readonly IReadOnlyDictionary<string, int> _symbols;

    /// <summary>Chooses.</summary>
    /// <param name="shapes">Whole shapes by input.</param>
    /// <param name="symbols">Extents by the names that the model gives them.</param>
    public ChosenExtents(IReadOnlyDictionary<string, Shape> shapes, IReadOnlyDictionary<string, int> symbols)
    {
        _shapes = shapes;
        _symbols = symbols;
    }

    /// <summary>Nothing chosen.</summary>
    public static ChosenExtents None { get; } = new(new Dictionary<string, Shape>(), new Dictionary<string, int>());

    /// <summary>The shape of every input that has to be fed, and what was assumed of extents other than the batch: <c>H=224</c>.</summary>
    /// <exception cref="InvalidModelException">An input is no tensor, or of unknown rank and not chosen.</exception>
    /// <exception cref="ArgumentException">What was chosen contradicts the model or itself.</exception>
    public (IReadOnlyDictionary<string, Shape> Shapes, IReadOnlyList<string> Assumed) Resolve(Graph graph)
    {
        Value[] inputs = [.. graph.RequiredInputs];
        Dictionary<string, int> known = new(StringComparer.Ordinal);
        foreach (Value input in inputs)
        {
            RequireTensor(input);
            BindChosen(input, known);
        }

        foreach ((string symbol, int extent) in _symbols)
        {
            if (!inputs.Any(i => i.Shape is { } s && s.Dimensions.Any(d => d.Value is null && d.Symbol == symbol)))
            {
                throw new ArgumentException($"No input has an open extent '{symbol}'; the model's inputs are {string.Join(", ", inputs.Select(i => $"'{i.Name}' {i.Type}"))}.");
            }

            Bind(symbol, extent, $"{symbol}={extent}", known);
        }

        List<string> assumed = [];
        Dictionary<string, Shape> shapes = inputs.ToDictionary(i => i.Name, i => _shapes.TryGetValue(i.Name, out Shape shape) ? shape : ShapeOf(i, known, assumed), StringComparer.Ordinal);
        return (shapes, assumed);
    }

    private static void RequireTensor(Value input)
    {
        if (input.Type is not TensorValueType { ElementType: not DataType.Undefined })
        {
            throw new InvalidModelException($"Input '{input.Name}' is {input.Type?.ToString() ?? "of no known type"}; made-up inputs need a tensor type with a shape.");
        }
    }

    private void BindChosen(Value input, Dictionary<string, int> known)
    {
        if (!_shapes.TryGetValue(input.Name, out Shape shape) || input.Shape is not { } declared)
        {
            return;
        }

        if (declared.Rank != shape.Rank || declared.Dimensions.Zip(shape).Any(d => d.First.Value is { } value && value != d.Second))
        {
            throw new ArgumentException($"Input '{input.Name}' is {input.Type}, which {shape} does not fit.");
        }

        foreach ((string symbol, int extent) in declared.NamedExtents(shape))
        {
            Bind(symbol, extent, $"{input.Name}={shape}", known);
        }
    }

    private static void Bind(string symbol, int extent, string origin, Dictionary<string, int> known)
    {
        if (!known.TryAdd(symbol, extent) && known[symbol] != extent)
        {
            throw new ArgumentException($"'{symbol}' is {extent} in {origin}, but {known[symbol]} was chosen for it elsewhere; it is one extent in all inputs.");
        }
    }

    private static Shape ShapeOf(Value input, Dictionary<string, int> known, List<string> assumed)
    {
        SymbolicShape declared = input.Shape
            ?? throw new InvalidModelException($"Input '{input.Name}' is {input.Type}, of no known number of dimensions; give its shape, as in {input.Name}=1x3x224x224.");
        bool isPicture = declared.Rank == 4 && declared.Dimensions[1].Value is 1 or 3;
        int[] extents = new int[declared.Rank];
        for (int d = 0; d < extents.Length; d++)
        {
            (int? value, string? symbol) = declared.Dimensions[d];
            bool isNamed = symbol is { Length: > 0 };
            if (value is not null || (isNamed && known.TryGetValue(symbol!, out _)))
            {
                extents[d] = value ?? known[symbol!];
                continue;
            }

            extents[d] = d == 0 ? 1 : isPicture ? PictureSide : OtherExtent;
            if (isNamed)
            {
                known[symbol!] = extents[d];
            }

            if (d > 0)
            {
                assumed.Add(isNamed ? $"{symbol}={extents[d]}" : $"dimension {d} of {input.Name} = {extents[d]}");
            }
        }

        return new Shape(extents);
    }
}
