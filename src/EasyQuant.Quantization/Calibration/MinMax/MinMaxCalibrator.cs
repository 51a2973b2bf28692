using EasyQuant.Quantization.Statistics;

namespace EasyQuant.Quantization.Calibration.MinMax;

/// <summary><c>t = max |x|</c>: nothing is clipped.</summary>
public sealed class MinMaxCalibrator : ICalibrator
{
    /// <inheritdoc/>
    public string Name => "minmax";

    /// <inheritdoc/>
    public int HistogramBins => 0;

    /// <inheritdoc/>
    public double ChooseThreshold(float magnitude, MagnitudeHistogram? histogram, IntegerRange range) => magnitude;
}
