using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Conversion;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Resampling;

/// <summary>Resize and Upsample: each dimension is resampled in turn, which equals doing all at once.</summary>
internal sealed class Resize(OperatorSite site) : SingleOutputOperator
{
    private readonly ResizeOptions _options = new(site);
    private readonly long[]? _axes = site.Node.GetInts("axes")?.ToArray();
    private readonly double[]? _scales = site.Node.OpType == "Upsample" && site.Opset < 9 ? [.. (site.Node.GetFloats("scales") ?? []).Select(s => (double)s)] : null;
    private readonly bool _hasRoi = site.Node.OpType == "Resize" && site.Opset >= 11;

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int[] axes = _axes is null ? [.. Enumerable.Range(0, x.Shape.Rank)] : Array.ConvertAll(_axes, a => OperatorInputs.Axis(a, x.Shape.Rank));
        (int Extent, double Scale)[] targets = Targets(x, axes, inputs);
        double[] roi = _hasRoi && inputs.Optional(1) is { Count: > 0 } region ? Reals.Of(region) : [];
        bool isFloat = x.Type == DataType.Float32;
        Tensor y = isFloat || _options.Mode == "nearest" ? x : ElementCast.To(x, DataType.Float32, context);
        for (int i = 0; i < axes.Length; i++)
        {
            (double, double) part = roi.Length == 2 * axes.Length ? (roi[i], roi[axes.Length + i]) : (0, 1);
            if (targets[i].Extent != x.Shape[axes[i]] || targets[i].Scale != 1 || _options.Coordinates == "tf_crop_and_resize")
            {
                ResizeAxis axis = _options.Axis(x.Shape[axes[i]], targets[i].Extent, targets[i].Scale, part);
                y = Resample(y, axes[i], axis, context);
            }
        }

        return ElementCast.To(y, x.Type, context);
    }

    private Tensor Resample(Tensor x, int dimension, ResizeAxis axis, OperatorContext context)
    {
        int extent = x.Shape[dimension];
        int inner = x.Shape.Product(dimension + 1, x.Shape.Rank);
        int[] extents = x.Shape.ToArray();
        extents[dimension] = axis.Extent;
        if (extent == 0)
        {
            throw new InvalidOperatorInputException($"Dimension {dimension} of {x} is empty.");
        }

        Tensor y = context.Allocate(x.Type, new Shape(extents));
        bool copies = _options.Mode == "nearest" && x.Type != DataType.Float32;
        int bytes = copies ? Indexing.Indices.BytesPerElement(x) : 0;
        context.ForRanges(x.Shape.Product(0, dimension), (long)axis.Extent * inner * 2, (start, end) =>
        {
            for (int outer = start; outer < end; outer++)
            {
                if (copies)
                {
                    CopyRows(x.Bytes.Span.Slice(outer * extent * inner * bytes), Elements.Bytes(y).Slice(outer * axis.Extent * inner * bytes), axis, inner * bytes);
                }
                else
                {
                    Combine(x.AsSpan<float>().Slice(outer * extent * inner, extent * inner), y.AsMutableSpan<float>().Slice(outer * axis.Extent * inner, axis.Extent * inner), axis, inner);
                }
            }
        });
        return y;
    }

    private static void CopyRows(ReadOnlySpan<byte> x, Span<byte> y, ResizeAxis axis, int row)
    {
        for (int i = 0; i < axis.Extent; i++)
        {
            Span<byte> to = y.Slice(i * row, row);
            if (axis.Taps[i].Length == 0)
            {
                to.Clear();
            }
            else
            {
                x.Slice(axis.Taps[i][0] * row, row).CopyTo(to);
            }
        }
    }

    private void Combine(ReadOnlySpan<float> x, Span<float> y, ResizeAxis axis, int inner)
    {
        for (int i = 0; i < axis.Extent; i++)
        {
            int[] taps = axis.Taps[i];
            float[] weights = axis.Weights[i];
            Span<float> to = y.Slice(i * inner, inner);
            if (taps.Length == 0)
            {
                to.Fill(_options.Extrapolation);
                continue;
            }

            if (inner == 1)
            {
                float sum = 0;
                for (int k = 0; k < taps.Length; k++)
                {
                    sum += weights[k] * x[taps[k]];
                }

                to[0] = sum;
                continue;
            }

            TensorPrimitives.Multiply(x.Slice(taps[0] * inner, inner), weights[0], to);
            for (int k = 1; k < taps.Length; k++)
            {
                TensorPrimitives.MultiplyAdd(x.Slice(taps[k] * inner, inner), weights[k], to, to);
            }
        }
    }

    private (int Extent, double Scale)[] Targets(Tensor x, int[] axes, ReadOnlySpan<Tensor?> inputs)
    {
        if (_hasRoi && inputs.Optional(3) is { Count: > 0 } sizes)
        {
            return FromSizes(x, axes, sizes.ToInt64s());
        }

        double[] scales = _scales ?? Reals.Of(inputs.Required(_hasRoi ? 2 : 1));
        if (scales.Length != axes.Length || scales.Any(s => !(s > 0)))
        {
            throw new InvalidOperatorInputException($"Scales {string.Join(", ", scales)} are given for {axes.Length} dimensions, expected a positive one for each.");
        }

        return [.. axes.Select((a, i) => (checked((int)Math.Floor(x.Shape[a] * scales[i])), scales[i]))];
    }

    private (int Extent, double Scale)[] FromSizes(Tensor x, int[] axes, long[] sizes)
    {
        if (sizes.Length != axes.Length || sizes.Any(s => s < 0 || s > int.MaxValue))
        {
            throw new InvalidOperatorInputException($"Sizes {string.Join(", ", sizes)} are given for {axes.Length} dimensions, expected one for each.");
        }

        double[] scales = [.. axes.Select((a, i) => (double)sizes[i] / x.Shape[a])];
        if (_options.AspectPolicy == "stretch")
        {
            return [.. axes.Select((a, i) => ((int)sizes[i], scales[i]))];
        }

        double common = _options.AspectPolicy == "not_larger" ? scales.Min() : scales.Max();
        return [.. axes.Select(a => ((int)Math.Floor(common * x.Shape[a] + 0.5), common))];
    }
}
