using EasyQuant.Quantization.Statistics;

namespace EasyQuant.Quantization.Calibration;

/// <summary>Chooses a tensor's clipping threshold from statistics of its elements.</summary>
public interface ICalibrator
{
    /// <summary>What tables and files call the method.</summary>
    string Name { get; }

    /// <summary>How many histogram bins it wants; 0 where the largest magnitude is enough.</summary>
    int HistogramBins { get; }

    /// <summary>
    /// The threshold t, so that the step is <c>s = t / max |q|</c>. Only called for tensors with a magnitude above zero.
    /// </summary>
    /// <param name="magnitude">The largest magnitude seen.</param>
    /// <param name="histogram">The magnitudes, where bins were asked for.</param>
    /// <param name="range">The grid.</param>
    double ChooseThreshold(float magnitude, MagnitudeHistogram? histogram, IntegerRange range);
}
