using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Shaping;

/// <summary>Slice: every step-th index from a start up to, not including, an end, along some axes.</summary>
internal sealed class Slice(OperatorSite site) : WordOperator
{
    private readonly bool _attributes = site.Opset < 10;
    private readonly long[] _starts = [.. site.Node.GetInts("starts") ?? []];
    private readonly long[] _ends = [.. site.Node.GetInts("ends") ?? []];
    private readonly long[]? _axes = site.Node.GetInts("axes")?.ToArray();

    protected override Tensor?[] Run<TWord>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        long[] starts = _attributes ? _starts : inputs.Required(1).ToInt64s();
        long[] ends = _attributes ? _ends : inputs.Required(2).ToInt64s();
        long[]? axes = _attributes ? _axes : inputs.Optional(3)?.ToInt64s();
        long[]? steps = _attributes ? null : inputs.Optional(4)?.ToInt64s();
        if (ends.Length != starts.Length || (axes is not null && axes.Length != starts.Length) || (steps is not null && steps.Length != starts.Length))
        {
            throw new InvalidOperatorInputException("Starts, ends, axes and steps are not of one length.");
        }

        int[] extents = x.Shape.ToArray();
        int[] strides = StridedCopy.DenseStrides(x.Shape);
        int offset = 0;
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = OperatorInputs.Axis(axes?[i] ?? i, x.Shape.Rank);
            long step = steps?[i] ?? 1;
            (long first, long count) = Select(starts[i], ends[i], step, x.Shape[axis]);
            offset += (int)first * strides[axis];
            extents[axis] = (int)count;
            strides[axis] = count > 1 ? (int)(strides[axis] * step) : 0;
        }

        return [StridedCopy.Run<TWord>(x, offset, new Shape(extents), strides, context)];
    }

    private static (long First, long Count) Select(long start, long end, long step, int extent)
    {
        if (step == 0)
        {
            throw new InvalidOperatorInputException("A step is 0.");
        }

        start = start < 0 ? start + extent : start;
        end = end < 0 ? end + extent : end;
        if (step > 0)
        {
            start = Math.Clamp(start, 0, extent);
            end = Math.Clamp(end, 0, extent);
            return end > start ? (start, (end - start - 1) / step + 1) : (0, 0);
        }

        start = Math.Clamp(start, -1, extent - 1);
        end = Math.Clamp(end, -1, extent - 1);
        return start > end ? (start, (start - end - 1) / -step + 1) : (0, 0);
    }
}
