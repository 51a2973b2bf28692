using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes.Shapes;

/// <summary>A node as a shape rule sees it: what is known of its inputs, and where to note what follows for its outputs.</summary>
/// <remarks>Rules say nothing where a model contradicts itself; the executor is the one to complain.</remarks>
internal sealed class ShapeSite
{
    private readonly KnownIntegers _integers;
    private readonly TensorValueType?[] _inferred;

    public ShapeSite(Node node, int opset, KnownIntegers integers)
    {
        Node = node;
        Opset = opset;
        _integers = integers;
        _inferred = new TensorValueType?[node.Outputs.Count];
    }

    public Node Node { get; }

    public int Opset { get; }

    public IReadOnlyList<Dimension>? Shape(int input) => Node.InputOrDefault(input)?.Shape?.Dimensions;

    public DataType Type(int input) => Node.InputOrDefault(input)?.ElementType ?? DataType.Undefined;

    public bool Has(int input) => Node.InputOrDefault(input) is not null;

    /// <summary>The elements of an integer input, as far as they are known.</summary>
    public IReadOnlyList<Dimension>? Elements(int input) => _integers.Of(Node.InputOrDefault(input));

    /// <summary>The elements of an integer input where all are numbers.</summary>
    public int[]? Numbers(int input) => Elements(input) is { } elements && elements.All(e => e.Value is not null)
        ? [.. elements.Select(e => e.Value!.Value)]
        : null;

    /// <summary>The elements of a constant float input.</summary>
    public float[]? Reals(int input) =>
        Node.InputOrDefault(input) is { Constant: { Type: DataType.Float32 } tensor } value && _integers.IsConstant(value)
            ? tensor.AsSpan<float>().ToArray()
            : null;

    /// <summary>Axes from the attribute <c>axes</c> or, where there is none, from an input; nothing where neither is known.</summary>
    public int[]? Axes(int input) => Node.GetInts("axes") is { } axes ? [.. axes.Select(a => (int)a)] : Numbers(input);

    /// <summary>The axis counted from the front, or nothing where there is no such axis.</summary>
    public static int? Axis(long axis, int rank)
    {
        long fromFront = axis < 0 ? axis + rank : axis;
        return fromFront >= 0 && fromFront < rank ? (int)fromFront : null;
    }

    public void Set(int output, DataType type, IReadOnlyList<Dimension>? shape = null)
    {
        if (output < _inferred.Length)
        {
            bool sound = shape is null || shape.All(d => d.Value is null or >= 0);
            _inferred[output] = new TensorValueType(type, sound && shape is not null ? new SymbolicShape([.. shape]) : null);
        }
    }

    public void SetElements(int output, IReadOnlyList<Dimension> elements)
    {
        if (output < Node.Outputs.Count && Node.Outputs[output] is { } value)
        {
            _integers.Set(value, elements);
        }
    }

    /// <summary>What a rule has noted for an output.</summary>
    public TensorValueType? Inferred(int output) => _inferred[output];
}
