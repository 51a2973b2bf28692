namespace EasyQuant.Data.Preprocessing;

/// <summary>
/// For each output position of one axis, the input positions that contribute and their weights, as integers of 22
/// fractional bits. The filter's width grows with the reduction, so that no input pixel is passed over.
/// </summary>
/// <remarks>
/// <c>centre = (i + 1/2) · in / out</c>; the weights are <c>f((j + 1/2 − centre) / max(1, in / out))</c>, normalised to sum 1
/// in double precision and rounded half away from zero. This is how Pillow calculates, bit for bit.
/// </remarks>
internal sealed class ResampleWindows
{
    // 8-bit samples times weights that sum to 1 stay below 2^30; cubic weights of both signs below 2^31.
    private const int FractionalBits = 32 - 8 - 2;

    private readonly int[] _starts;
    private readonly int[] _counts;
    private readonly int[] _weights;
    private readonly int _stride;

    private ResampleWindows(int outputs, int stride)
    {
        _starts = new int[outputs];
        _counts = new int[outputs];
        _weights = new int[outputs * stride];
        _stride = stride;
    }

    /// <summary>The first input position that any output needs.</summary>
    public int First => _starts[0];

    /// <summary>One past the last input position that any output needs.</summary>
    public int End => _starts[^1] + _counts[^1];

    /// <summary>The windows of <paramref name="outputs"/> positions from <paramref name="firstOutput"/> on, where an axis of <paramref name="inputLength"/> becomes <paramref name="outputLength"/>.</summary>
    public static ResampleWindows Create(int inputLength, int outputLength, int firstOutput, int outputs, Interpolation interpolation)
    {
        double scale = (double)inputLength / outputLength;
        double filterScale = Math.Max(1.0, scale);
        double support = (interpolation == Interpolation.Bicubic ? 2.0 : 1.0) * filterScale;
        int stride = (int)Math.Ceiling(support) * 2 + 1;
        ResampleWindows windows = new(outputs, stride);
        double[] weights = new double[stride];
        for (int i = 0; i < outputs; i++)
        {
            double center = (firstOutput + i + 0.5) * scale;
            int start = Math.Max(0, (int)(center - support + 0.5));
            int count = Math.Min(inputLength, (int)(center + support + 0.5)) - start;
            double sum = 0;
            double inverse = 1.0 / filterScale;
            for (int j = 0; j < count; j++)
            {
                weights[j] = Filter((j + start - center + 0.5) * inverse, interpolation);
                sum += weights[j];
            }

            windows._starts[i] = start;
            windows._counts[i] = count;
            for (int j = 0; j < count; j++)
            {
                double weight = weights[j] / sum * (1 << FractionalBits);
                windows._weights[i * stride + j] = (int)(weight < 0 ? weight - 0.5 : weight + 0.5);
            }
        }

        return windows;
    }

    /// <summary>The input position where the window of output <paramref name="i"/> starts.</summary>
    public int Start(int i) => _starts[i];

    /// <summary>The weights of the window of output <paramref name="i"/>.</summary>
    public ReadOnlySpan<int> Weights(int i) => _weights.AsSpan(i * _stride, _counts[i]);

    /// <summary>What a sum of weighted samples starts with, so that <see cref="ToSample"/> rounds to nearest.</summary>
    public const int Half = 1 << (FractionalBits - 1);

    /// <summary>A sum of weighted samples as a sample.</summary>
    public static byte ToSample(int sum) => (byte)Math.Clamp(sum >> FractionalBits, 0, 255);

    private static double Filter(double x, Interpolation interpolation)
    {
        x = Math.Abs(x);
        if (interpolation == Interpolation.Bilinear)
        {
            return x < 1.0 ? 1.0 - x : 0.0;
        }

        const double A = -0.5;
        return x < 1.0 ? ((A + 2.0) * x - (A + 3.0)) * x * x + 1
            : x < 2.0 ? (((x - 5) * x + 8) * x - 4) * A
            : 0.0;
    }
}
