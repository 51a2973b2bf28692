using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;

namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>
/// Refits what the integers of each output channel stand for: <c>s = Σ ⟨O, acc⟩ / (s_x · Σ ‖acc‖²)</c>, the step of least squared
/// error between Ô = s_x · s · acc and O over all samples.
/// </summary>
/// <remarks>
/// The cosine of a channel does not see its magnitude, so the search leaves it where rounding and clipping put it: mostly
/// too small. This step, which is not in the paper, changes no integer and no channel's cosine; the relative magnitudes of
/// channels, which the next layer adds up, become right. By the Cauchy-Schwarz inequality the same steps also maximise
/// the cosine over all channels together.
/// </remarks>
internal static class MagnitudeFit
{
    /// <summary>Replaces the layer's <see cref="ScaleTable.WeightScales"/>; channels without any output keep theirs.</summary>
    public static void Apply(LayerSegments segments, IntegerRange inputRange, float inputScale, ScaleTable scales)
    {
        QuantizableLayer layer = segments.Layer;
        LayerOutputLoss output = new(segments, inputRange, scales);
        RowStatistics[] statistics = new RowStatistics[segments.Count];
        segments.Workers.For(statistics.Length, segment => statistics[segment] = output.ComputeChannels(segment, inputScale));
        float[] fitted = scales.WeightScales(layer);
        for (int channel = 0; channel < fitted.Length; channel++)
        {
            double dot = statistics.Sum(s => s.Dots[channel]);
            double squares = statistics.Sum(s => s.Squares[channel]);
            float scale = (float)(dot / (inputScale * squares));
            if (float.IsNormal(scale) && scale > 0)
            {
                fitted[channel] = scale;
            }
        }
    }
}
