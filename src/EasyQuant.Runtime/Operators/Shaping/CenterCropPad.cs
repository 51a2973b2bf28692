using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Shaping;

/// <summary>CenterCropPad: brings dimensions to given extents by taking away or adding zeros on both sides, one more behind where that is uneven.</summary>
internal sealed class CenterCropPad(OperatorSite site) : WordOperator
{
    private readonly long[]? _axes = site.Node.GetInts("axes")?.ToArray();

    protected override Tensor?[] Run<TWord>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        long[] wanted = inputs.Required(1).ToInt64s();
        int rank = x.Shape.Rank;
        int[] axes = _axes is null ? [.. Enumerable.Range(0, rank)] : Array.ConvertAll(_axes, a => OperatorInputs.Axis(a, rank));
        if (wanted.Length != axes.Length)
        {
            throw new InvalidOperatorInputException($"{wanted.Length} extents are given for {axes.Length} dimensions.");
        }

        long[] extents = x.Shape.ToInt64Array();
        int[] shifts = new int[rank];
        for (int i = 0; i < axes.Length; i++)
        {
            extents[axes[i]] = wanted[i];
        }

        Shape shape = Shape.FromInt64(extents);
        for (int d = 0; d < rank; d++)
        {
            shifts[d] = shape[d] < x.Shape[d] ? (x.Shape[d] - shape[d]) / 2 : -((shape[d] - x.Shape[d]) / 2);
        }

        Tensor y = context.Allocate(x.Type, shape);
        ReadOnlySpan<TWord> from = Elements.Of<TWord>(x);
        Span<TWord> to = Elements.Of<TWord>(y);
        for (int i = 0; i < to.Length; i++)
        {
            int source = Source(i, shape, x.Shape, shifts);
            to[i] = source < 0 ? TWord.Zero : from[source];
        }

        return [y];
    }

    // The element of the input at the same place, or -1 outside.
    private static int Source(int index, Shape shape, Shape input, int[] shifts)
    {
        int source = 0;
        int scale = 1;
        for (int d = shape.Rank - 1; d >= 0; d--)
        {
            (index, int place) = Math.DivRem(index, shape[d]);
            place += shifts[d];
            if (place < 0 || place >= input[d])
            {
                return -1;
            }

            source += place * scale;
            scale *= input[d];
        }

        return source;
    }
}
