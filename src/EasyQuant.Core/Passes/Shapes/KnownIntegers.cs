using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes.Shapes;

/// <summary>What is known of the elements of small integer tensors: numbers, symbols, or nothing.</summary>
internal sealed class KnownIntegers
{
    /// <summary>More elements than this are no shape, no axes and no indices of one.</summary>
    private const int MaximumElements = 256;

    private readonly GraphScope _scope;
    private readonly Dictionary<Value, IReadOnlyList<Dimension>> _known = [];

    public KnownIntegers(GraphScope scope) => _scope = scope;

    /// <summary>Whether the value is a constant that no caller can replace.</summary>
    public bool IsConstant(Value value) => _scope.IsConstant(value);

    /// <summary>The elements in order, or nothing where not even their number is known.</summary>
    public IReadOnlyList<Dimension>? Of(Value? value)
    {
        if (value is null)
        {
            return null;
        }

        if (_known.TryGetValue(value, out IReadOnlyList<Dimension>? known))
        {
            return known;
        }

        return _scope.IsConstant(value) && Read(value.Constant!) is { } read ? _known[value] = read : null;
    }

    /// <summary>Notes what a node computes.</summary>
    public void Set(Value value, IReadOnlyList<Dimension> elements)
    {
        if (elements.Count <= MaximumElements)
        {
            _known[value] = elements;
        }
    }

    /// <summary>The elements of a constant; those that do not fit 32 bits count as the nearest number that does.</summary>
    public static IReadOnlyList<Dimension>? Read(Tensor tensor) => tensor switch
    {
        { Count: > MaximumElements } => null,
        { Type: DataType.Int64 } => Array.ConvertAll(tensor.AsSpan<long>().ToArray(), e => new Dimension((int)Math.Clamp(e, int.MinValue, int.MaxValue))),
        { Type: DataType.Int32 } => Array.ConvertAll(tensor.AsSpan<int>().ToArray(), e => new Dimension(e)),
        _ => null,
    };
}
