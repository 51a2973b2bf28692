using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Statistics;

namespace EasyQuant.Quantization.Calibration;

/// <summary>What is said where chosen thresholds cut off much of what tensors carry.</summary>
/// <remarks>
/// Methods that look at how elements are distributed, not at how large they are, cut off rare large elements at little cost of their own. Some networks live on
/// just those: attention behind a softmax, wide convolutions with a few strong channels.
/// </remarks>
internal static class ClippingWarning
{
    // Clipping noise of -17 dB in one tensor alone; networks that bear the method stay ten times below it.
    private const double LargestUnmentioned = 0.02;

    private const int MostNamed = 3;

    /// <summary>The warning, or none.</summary>
    /// <param name="plan">The groups.</param>
    /// <param name="grids">The grid of each.</param>
    /// <param name="histograms">The magnitudes of each, as the calibrator saw them.</param>
    /// <param name="method">The calibrator's name.</param>
    public static IReadOnlyList<string> Of(QuantizationPlan plan, IReadOnlyList<StartGrid> grids, IReadOnlyList<MagnitudeHistogram> histograms, string method)
    {
        (string Name, double Lost)[] clipped =
        [
            .. plan.Groups
                .Select((g, i) => (g.Sources[0].Name, Lost: histograms[i].ClippedPower(Math.Max(-grids[i].Ends.Low, grids[i].Ends.High))))
                .Where(g => g.Lost > LargestUnmentioned)
                .OrderByDescending(g => g.Lost),
        ];
        return clipped.Length == 0
            ? []
            :
            [
                $"Method '{method}' clips much of {clipped.Length} of {plan.Groups.Count} tensors: {string.Join(", ", clipped.Take(MostNamed).Select(c => $"{100 * c.Lost:0} % of the power of '{c.Name}'"))}"
                + $"{(clipped.Length > MostNamed ? " and others" : "")}. Where rare large elements matter the network may collapse; other methods keep them: eq, mse, minmax.",
            ];
    }
}
