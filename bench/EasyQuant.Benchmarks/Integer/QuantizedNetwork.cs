using EasyQuant.Graphs;
using EasyQuant.Quantization;

namespace EasyQuant.Benchmarks.Integer;

/// <summary>The 8-bit form of a network whose speed or memory is measured.</summary>
internal static class QuantizedNetwork
{
    private const int CalibrationCount = 2;

    public static Model Of(TimedNetwork network)
    {
        Model built = network.Build();
        return PostTrainingQuantizer.Run(built, new NoiseSamples(built, CalibrationCount), new QuantizationOptions { Method = QuantizationMethod.MinMax }).Model;
    }
}
