using EasyQuant.Quantization.Simulation;
using EasyQuant.Quantization.Statistics;

namespace EasyQuant.Quantization.Calibration;

/// <summary>The grid and the step that a group of tensors starts with.</summary>
/// <param name="Range">The integers.</param>
/// <param name="Scale">The step.</param>
/// <remarks>
/// An asymmetric grid covers the elements that were seen, [lo, hi] with zero inside, as far as the calibrator's threshold t lets them:
/// <c>z = round(−l · (2^b − 1) / (h − l))</c>, <c>s = max(−l / z, h / (2^b − 1 − z))</c> with <c>l = max(lo, −t)</c>, <c>h = min(hi, t)</c>. A search changes s alone, so that both ends move together.
/// </remarks>
internal readonly record struct StartGrid(IntegerRange Range, float Scale)
{
    // Of the farther side: where the other reaches less far, a symmetric grid wastes more than a quarter of its integers.
    private const float LargestLopsidedShare = 0.5f;

    /// <summary>The least and the largest real that the grid holds.</summary>
    public (double Low, double High) Ends => ((double)Range.Minimum * Scale, (double)Range.Maximum * Scale);

    /// <summary>The start grid of a group.</summary>
    /// <param name="planned">The symmetric or unsigned grid that the plan has for it.</param>
    /// <param name="seen">The elements' range.</param>
    /// <param name="calibrator">Chooses the threshold.</param>
    /// <param name="histogram">The magnitudes, where the calibrator wants them.</param>
    /// <param name="wish">Which grid.</param>
    public static StartGrid Choose(IntegerRange planned, ValueRange seen, ICalibrator calibrator, MagnitudeHistogram? histogram, ActivationGrid wish)
    {
        float magnitude = seen.Magnitude;
        if (magnitude == 0)
        {
            return new StartGrid(planned, ScaleTable.StartScale(0, planned));
        }

        bool isAsymmetric = planned.Signed && (wish == ActivationGrid.Asymmetric || (wish == ActivationGrid.Auto && IsLopsided(seen)));
        IntegerRange range = isAsymmetric ? Over(seen.Minimum, seen.Maximum, planned.Bits).Range : planned;
        double threshold = Math.Min(magnitude, calibrator.ChooseThreshold(magnitude, histogram, range));
        return isAsymmetric
            ? Over(Math.Max(seen.Minimum, -threshold), Math.Min(seen.Maximum, threshold), planned.Bits)
            : new StartGrid(planned, ScaleTable.StartScale(threshold, planned));
    }

    /// <summary>The asymmetric grid of so many bits over [low, high] and zero.</summary>
    public static StartGrid Over(double low, double high, int bits)
    {
        (low, high) = (Math.Min(low, 0), Math.Max(high, 0));
        int steps = (1 << bits) - 1;
        float scale = MathF.Max((float)((high - low) / steps), ScaleTable.SmallestScale);
        int below = (int)Math.Clamp(Math.Round(-low / scale), 0, steps);

        // Rounding z moves the ends: the step that keeps both inside puts one of them on the grid, often a picture's background.
        float within = (float)Math.Max(below > 0 ? -low / below : 0, below < steps ? high / (steps - below) : 0);
        return new StartGrid(IntegerRange.Asymmetric(bits, below), MathF.Max(within, ScaleTable.SmallestScale));
    }

    private static bool IsLopsided(ValueRange seen)
    {
        float below = MathF.Max(-seen.Minimum, 0), above = MathF.Max(seen.Maximum, 0);
        return MathF.Min(below, above) < LargestLopsidedShare * MathF.Max(below, above);
    }
}
