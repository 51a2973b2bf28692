using EasyQuant.Graphs;

namespace EasyQuant.Quantization.Planning;

/// <summary>Tensors that share one step, because only operators that move elements stand between them.</summary>
public sealed class TensorGroup
{
    internal TensorGroup(int index, IReadOnlyList<Value> members, IReadOnlyList<Value> sources, IReadOnlyList<QuantizableLayer> readers, IntegerRange range, float upperBound)
    {
        Index = index;
        Members = members;
        Sources = sources;
        Readers = readers;
        Range = range;
        UpperBound = upperBound;
    }

    /// <summary>Its place among the plan's groups.</summary>
    public int Index { get; }

    /// <summary>The tensors, in the order in which they are computed.</summary>
    public IReadOnlyList<Value> Members { get; }

    /// <summary>The members that are not merely moved from other members: where real numbers become integers.</summary>
    public IReadOnlyList<Value> Sources { get; }

    /// <summary>
    /// The layers that read <see cref="SearchTensor"/>. Empty where no layer reads any member: such a group only carries
    /// integers between layers (the inputs of a residual Add, the input of a global pooling).
    /// </summary>
    public IReadOnlyList<QuantizableLayer> Readers { get; }

    /// <summary>The first member that layers read; the objective of the group's step is theirs.</summary>
    public Value? SearchTensor => Readers.Count > 0 ? Readers[0].Input : null;

    /// <summary>The grid.</summary>
    public IntegerRange Range { get; }

    /// <summary>
    /// The lowest upper bound of the Clips that compute the sources; infinite where a source has none. A step for which
    /// the grid ends at or below this bound makes the Clip superfluous.
    /// </summary>
    public float UpperBound { get; }

    /// <summary>What messages call the group.</summary>
    public string Name => (SearchTensor ?? Members[0]).Name;

    /// <summary>The same tensors on another grid.</summary>
    internal TensorGroup WithGrid(IntegerRange range) => new(Index, Members, Sources, Readers, range, UpperBound);

    /// <summary>Whether the grid's end under this step makes the Clips of the sources superfluous: <c>Q(bound) = qmax</c>.</summary>
    internal bool ImpliesUpperBound(float scale) =>
        float.IsPositiveInfinity(UpperBound) || QuantizationParameters.Quantize(UpperBound, scale, 0, Range.Minimum, Range.Maximum) == Range.Maximum;
}
