using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Tests.Inference;

/// <summary>The small networks in integers.</summary>
internal static class QuantizedModels
{
    /// <summary><see cref="SmallNetwork"/>.</summary>
    public static Model Small(int bits = 8, DataType storage = DataType.UInt8, ActivationGrid grid = ActivationGrid.Auto) =>
        Quantize(SmallNetwork.Create(), SmallNetwork.Samples(4), bits, storage, grid);

    /// <summary><see cref="GatedNetwork"/>.</summary>
    public static Model Gated(int bits = 8, DataType storage = DataType.UInt8, ActivationGrid grid = ActivationGrid.Auto) =>
        Quantize(GatedNetwork.Create(), GatedNetwork.Samples(4), bits, storage, grid);

    private static Model Quantize(Model model, ISampleSource samples, int bits, DataType storage, ActivationGrid grid) => PostTrainingQuantizer.Run(
        model, samples,
        new QuantizationOptions { Method = QuantizationMethod.MinMax, WeightBits = bits, ActivationBits = bits, ActivationType = storage, ActivationGrid = grid, Threads = 1 }).Model;
}
