using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Equalization;

/// <summary>
/// The factors c by which the channels of a tensor are divided before they are rounded and which its readers' weights are multiplied by:
/// <c>c_k = (r_k / max r)^α</c> with <c>r_k = max(max y_k, −min y_k / λ)</c>, how far channel k reaches.
/// </summary>
/// <remarks>
/// α = 1 gives every channel all integers on its side of zero, and moves the difference between channels into the weights, which are rounded too; α = 0 leaves
/// both as they are (SmoothQuant, arXiv 2211.10438, calls it the migration strength). λ is how far the tensor's grid reaches below zero in parts of
/// how far above: with λ = 1 a single channel below zero, stretched like the others, would cost all of them half of their integers. Here α and λ are what makes the predicted noise least. With steps s_y of the
/// tensor and s_r of each row r of the weights, relative to the row's own signal:
/// <c>Σ_r Σ_k (W_rk² c_k² s_y² + s_r² E[y_k²] / c_k²) / Σ_k W_rk² E[y_k²]</c>.
/// </remarks>
internal static class ChannelFactors
{
    private const float LeastShare = 1f / 1024;

    private static readonly double[] s_exponents = [0, 0.25, 0.5, 0.75, 1];

    // λ.
    private static readonly float[] s_shares = [1, 1f / 4, 1f / 16, 1f / 64];

    /// <summary>The factors of least noise.</summary>
    public static float[] Choose(ChannelStatistics tensor, IReadOnlyList<ChannelReader> readers, int activationBits, int weightBits) => s_exponents
        .SelectMany(alpha => s_shares.Select(share => Factors(tensor, alpha, share)))
        .MinBy(factors => Noise(tensor, factors, readers, activationBits, weightBits))!;

    private static float[] Factors(ChannelStatistics tensor, double alpha, float share)
    {
        float[] reaches = [.. Enumerable.Range(0, tensor.Channels).Select(k => MathF.Max(tensor.Maxima[k], -tensor.Minima[k] / share))];
        float largest = reaches.Max();
        return Array.ConvertAll(reaches, r => (float)Math.Pow(largest > 0 ? MathF.Max(r / largest, LeastShare) : 1, alpha));
    }

    /// <summary>The predicted noise of the readers' outputs, summed over their channels, each in parts of its signal.</summary>
    public static double Noise(ChannelStatistics tensor, float[] factors, IReadOnlyList<ChannelReader> readers, int activationBits, int weightBits)
    {
        double high = Enumerable.Range(0, factors.Length).Max(k => Math.Max(tensor.Maxima[k], 0) / (double)factors[k]);
        double low = Enumerable.Range(0, factors.Length).Min(k => Math.Min(tensor.Minima[k], 0) / (double)factors[k]);
        double step = (high - low) / ((1 << activationBits) - 1);
        int largestWeight = new IntegerRange(weightBits, signed: true).Maximum;
        return readers.Sum(reader => NoiseOf(reader, tensor, factors, step, largestWeight));
    }

    private static double NoiseOf(ChannelReader reader, ChannelStatistics tensor, float[] factors, double step, int largestWeight)
    {
        Tensor weight = reader.Convolution.Inputs[1]!.Constant!;
        (int rows, int inputs, int places) = (weight.Shape[0], weight.Shape[1], weight.Shape[2] * weight.Shape[3]);
        ReadOnlySpan<float> weights = weight.AsSpan<float>();
        double total = 0;
        for (int row = 0; row < rows; row++)
        {
            (double largest, double rounding, double signal, double inputPower) = (0, 0, 0, 0);
            for (int input = 0; input < inputs; input++)
            {
                int channel = reader.ChannelAt(row, input);
                bool isOwn = channel >= 0 && channel < factors.Length;
                double factor = isOwn ? factors[channel] : 1;
                foreach (float w in weights.Slice((row * inputs + input) * places, places))
                {
                    largest = Math.Max(largest, Math.Abs(w * factor));
                    if (isOwn)
                    {
                        rounding += w * factor * (w * factor);
                        signal += (double)w * w * tensor.MeanSquare(channel);
                        inputPower += tensor.MeanSquare(channel) / (factor * factor);
                    }
                }
            }

            double weightStep = largest / largestWeight;
            total += signal > 0 ? (rounding * step * step + inputPower * weightStep * weightStep) / signal : 0;
        }

        return total;
    }
}
