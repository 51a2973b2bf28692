using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>ConvTranspose: every input spreads over a window of the output, <c>y[o, p · stride + k · dilation − pad] += w[c, o, k] · x[c, p]</c>.</summary>
internal sealed class TransposedConvolution(OperatorSite site) : SingleOutputOperator
{
    private readonly int _groups = checked((int)site.Node.GetInt("group", 1));
    private readonly TransposedWindow _window = new(site);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        if (SinglePrecision.IsFor(inputs.Required(0).Type))
        {
            return SinglePrecision.Run(this, inputs, context)[0]!;
        }

        Tensor x = inputs.RequiredSingles(0);
        Tensor w = inputs.Required(1);
        Tensor? b = inputs.Optional(2);
        if (w.Shape.Rank != x.Shape.Rank || w.Shape.Rank < 3 || _groups < 1 || w.Shape[0] != x.Shape[1] || w.Shape[0] % _groups != 0)
        {
            throw new InvalidOperatorInputException($"The weight has shape {w.Shape}, expected {x.Shape[1]} in front for {x} in {_groups} groups.");
        }

        int outChannels = w.Shape[1] * _groups;
        WindowWalk walk = _window.Over(x, w.Shape.Dimensions[2..]);
        Tensor y = context.Allocate(x.Type, new Shape([x.Shape[0], outChannels, .. walk.Axes.Select(a => a.Input)]));
        (int plane, int inPlane, int taps) = (walk.InputCount, walk.OutputCount, walk.KernelCount);
        int perGroup = x.Shape[1] / _groups;
        context.ForRanges(x.Shape[0] * outChannels, (long)inPlane * taps * perGroup, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                (int n, int o) = Math.DivRem(i, outChannels);
                int group = o / w.Shape[1];
                Span<float> to = y.AsMutableSpan<float>().Slice(i * plane, plane);
                to.Fill(b?.AsSpan<float>()[o] ?? 0);
                for (int c = group * perGroup; c < (group + 1) * perGroup; c++)
                {
                    ReadOnlySpan<float> from = x.AsSpan<float>().Slice((n * x.Shape[1] + c) * inPlane, inPlane);
                    Spread(from, w.AsSpan<float>().Slice((c * w.Shape[1] + o % w.Shape[1]) * taps, taps), walk, to);
                }
            }
        });
        return y;
    }

    private static void Spread(ReadOnlySpan<float> from, ReadOnlySpan<float> weights, WindowWalk walk, Span<float> to)
    {
        for (int p = 0; p < from.Length; p++)
        {
            for (int k = 0; k < weights.Length; k++)
            {
                int target = walk.Source(p, k);
                if (target >= 0)
                {
                    to[target] += from[p] * weights[k];
                }
            }
        }
    }
}

/// <summary>The window of a transposed convolution, seen as the walk of a convolution over its output.</summary>
internal sealed class TransposedWindow(OperatorSite site)
{
    private readonly long[]? _strides = site.Node.GetInts("strides")?.ToArray();
    private readonly long[]? _dilations = site.Node.GetInts("dilations")?.ToArray();
    private readonly long[]? _pads = site.Node.GetInts("pads")?.ToArray();
    private readonly long[]? _added = site.Node.GetInts("output_padding")?.ToArray();
    private readonly long[]? _shape = site.Node.GetInts("output_shape")?.ToArray();
    private readonly string _autoPad = site.Node.GetString("auto_pad", "NOTSET");

    public WindowWalk Over(Tensor x, ReadOnlySpan<int> kernel)
    {
        int rank = kernel.Length;
        WindowAxis[] axes = new WindowAxis[rank];
        for (int d = 0; d < rank; d++)
        {
            int stride = Of(_strides, d, rank, 1);
            int dilation = Of(_dilations, d, rank, 1);
            int full = checked(stride * (x.Shape[d + 2] - 1) + (kernel[d] - 1) * dilation + 1 + Of(_added, d, rank, 0));
            int before = Of(_pads, d, 2 * rank, 0);
            int output = full - before - Of(_pads, d + rank, 2 * rank, 0);
            if (_shape is not null || _autoPad is "SAME_UPPER" or "SAME_LOWER")
            {
                output = _shape is not null ? Of(_shape, d + _shape.Length - rank, _shape.Length, 0) : checked(x.Shape[d + 2] * stride);
                int total = Math.Max(0, full - output);
                before = _autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
            }

            if (output < 0 || stride < 1 || dilation < 1)
            {
                throw new InvalidOperatorInputException($"Strides, dilations and pads leave an extent of {output} in dimension {d + 2}.");
            }

            axes[d] = new WindowAxis(output, x.Shape[d + 2], kernel[d], stride, dilation, before, 0);
        }

        return new WindowWalk(axes);
    }

    private static int Of(long[]? values, int index, int expected, int absent) => values is null ? absent
        : values.Length == expected && index >= 0 ? checked((int)values[index])
        : throw new InvalidOperatorInputException($"{values.Length} strides, dilations or pads are given, expected {expected}.");
}
