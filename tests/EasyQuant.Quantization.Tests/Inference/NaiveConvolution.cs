using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Tests.Inference;

/// <summary>A convolution as its definition says, in numbers that hold its sums exactly.</summary>
internal static class NaiveConvolution
{
    /// <summary>Sums without bias, in the order of the graph.</summary>
    /// <param name="input">Elements, zero where the real is.</param>
    /// <param name="x">Extents of the input, NCHW.</param>
    /// <param name="weights">A row for each output channel.</param>
    /// <param name="y">Extents of the output, NCHW.</param>
    /// <param name="window">Where the kernel looks.</param>
    /// <param name="groups">Groups of channels.</param>
    public static double[] Run(double[] input, Shape x, double[] weights, Shape y, Window window, int groups)
    {
        double[] sums = new double[y.ElementCount];
        int perGroup = y[1] / groups, inputs = x[1] / groups, area = window.KernelHeight * window.KernelWidth;
        Parallel.For(0, y[0] * y[1], map =>
        {
            (int image, int channel) = (map / y[1], map % y[1]);
            Span<double> output = sums.AsSpan(map * y[2] * y[3], y[2] * y[3]);
            for (int k = 0; k < inputs * area; k++)
            {
                int plane = image * x[1] + channel / perGroup * inputs + k / area;
                int offsetY = k % area / window.KernelWidth * window.DilationY - window.PadTop;
                int offsetX = k % window.KernelWidth * window.DilationX - window.PadLeft;
                Add(output, input.AsSpan(plane * x[2] * x[3], x[2] * x[3]), weights[channel * inputs * area + k], offsetY, offsetX);
            }
        });
        return sums;

        void Add(Span<double> output, ReadOnlySpan<double> plane, double weight, int offsetY, int offsetX)
        {
            for (int row = 0; row < y[2]; row++)
            {
                int sourceY = row * window.StrideY + offsetY;
                if ((uint)sourceY >= (uint)x[2])
                {
                    continue;
                }

                for (int column = 0; column < y[3]; column++)
                {
                    int sourceX = column * window.StrideX + offsetX;
                    if ((uint)sourceX < (uint)x[3])
                    {
                        output[row * y[3] + column] += weight * plane[sourceY * x[3] + sourceX];
                    }
                }
            }
        }
    }
}
