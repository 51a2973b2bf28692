using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>DeformConv: a convolution whose every tap of every output is shifted by an offset of its own, read between pixels, and may be multiplied by a mask.</summary>
internal sealed class DeformableConvolution(OperatorSite site) : SingleOutputOperator
{
    private readonly SpatialWindow _window = new(site);
    private readonly int _groups = checked((int)site.Node.GetInt("group", 1));
    private readonly int _offsetGroups = checked((int)site.Node.GetInt("offset_group", 1));

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        Tensor w = inputs.Required(1);
        Tensor offset = inputs.Required(2);
        (int batch, int channels, int height, int width) = Images.Extents(x);
        (int outputs, int perGroup, int kernelHeight, int kernelWidth) = Images.Extents(w);
        WindowWalk walk = _window.Over(x.Shape, [kernelHeight, kernelWidth]);
        (WindowAxis vertical, WindowAxis horizontal) = (walk.Axes[0], walk.Axes[1]);
        int taps = kernelHeight * kernelWidth;
        int points = walk.OutputCount;
        bool fits = _groups > 0 && _offsetGroups > 0 && perGroup * _groups == channels && outputs % _groups == 0 && channels % _offsetGroups == 0
            && offset.Shape == new Shape(batch, _offsetGroups * taps * 2, vertical.Output, horizontal.Output)
            && (inputs.Optional(3) is not { } bias || bias.Count == outputs)
            && (inputs.Optional(4) is not { } given || given.Shape == new Shape(batch, _offsetGroups * taps, vertical.Output, horizontal.Output));
        if (!fits)
        {
            throw new InvalidOperatorInputException($"{x}, weight {w}, offsets {offset} and mask {inputs.Optional(4)} in {_groups} and {_offsetGroups} groups do not fit together.");
        }

        (double[] picture, double[] weights, double[] offsets) = (Reals.Of(x), Reals.Of(w), Reals.Of(offset));
        double[]? biases = inputs.Optional(3) is { } b ? Reals.Of(b) : null;
        double[]? mask = inputs.Optional(4) is { } m ? Reals.Of(m) : null;
        Shape shape = walk.OutputShape(batch, outputs);
        double[] y = Reals.Zeros(shape);
        context.ForRanges(y.Length, (long)perGroup * taps * 8, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                (int plane, int point) = Math.DivRem(i, points);
                (int n, int o) = Math.DivRem(plane, outputs);
                (int row, int column) = Math.DivRem(point, horizontal.Output);
                double sum = biases?[o] ?? 0;
                for (int k = 0; k < perGroup * taps; k++)
                {
                    (int c, int tap) = Math.DivRem(k, taps);
                    int channel = o / (outputs / _groups) * perGroup + c;
                    int shift = (n * _offsetGroups + channel / (channels / _offsetGroups)) * taps + tap;
                    double top = vertical.First(row) + tap / kernelWidth * vertical.Dilation + offsets[2 * shift * points + point];
                    double left = horizontal.First(column) + tap % kernelWidth * horizontal.Dilation + offsets[(2 * shift + 1) * points + point];
                    double read = Between(picture.AsSpan((n * channels + channel) * height * width, height * width), height, width, top, left);
                    sum += weights[o * perGroup * taps + k] * read * (mask?[shift * points + point] ?? 1);
                }

                y[i] = sum;
            }
        });
        return Reals.Make(y, shape, x.Type, context);
    }

    // The picture between its pixels; zero outside.
    private static double Between(ReadOnlySpan<double> plane, int height, int width, double top, double left)
    {
        if (!(top > -1 && top < height && left > -1 && left < width))
        {
            return 0;
        }

        (int row, int column) = ((int)Math.Floor(top), (int)Math.Floor(left));
        (double down, double right) = (top - row, left - column);
        return (1 - down) * (1 - right) * At(plane, row, column) + (1 - down) * right * At(plane, row, column + 1)
            + down * (1 - right) * At(plane, row + 1, column) + down * right * At(plane, row + 1, column + 1);

        double At(ReadOnlySpan<double> pixels, int r, int c) => r >= 0 && r < height && c >= 0 && c < width ? pixels[r * width + c] : 0;
    }
}
