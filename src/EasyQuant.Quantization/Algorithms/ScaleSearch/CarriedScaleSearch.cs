using EasyQuant.Kernels.Threading;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>
/// Chooses the step of a group that no layer reads: the candidate of the largest mean cosine between the rounded tensor
/// and the tensor of the float network.
/// </summary>
internal static class CarriedScaleSearch
{
    /// <summary>Searches and stores the best step in <paramref name="scales"/>.</summary>
    public static ScaleSearchOutcome Run(
        TensorGroup group,
        IReadOnlyList<TensorStore.StoredTensor> quantized,
        IReadOnlyList<TensorStore.StoredTensor> reference,
        ScaleTable scales,
        float startScale,
        EasyQuantPreset preset,
        WorkerPool workers,
        CancellationToken cancellationToken,
        SearchTrace? trace = null) =>
        ActivationScaleSearch.Search(
            ScaleGrid.ForActivations(preset, startScale, scales[group]), group, scales, workers, quantized.Count,
            (scale, sample) => Loss(quantized[sample].Read(), reference[sample].Read(), group.Range, scale) / quantized.Count, trace, cancellationToken);

    private static double Loss(Tensor quantized, Tensor reference, IntegerRange range, float scale)
    {
        Tensor rounded = FakeQuantizer.Apply(quantized, QuantizationParameters.ForActivations(range, scale, DataType.UInt8));
        ReadOnlySpan<float> x = rounded.AsSpan<float>();
        ReadOnlySpan<float> o = reference.AsSpan<float>();
        (double dot, double squares, double target) = (0, 0, 0);
        for (int i = 0; i < x.Length; i++)
        {
            dot += (double)x[i] * o[i];
            squares += (double)x[i] * x[i];
            target += (double)o[i] * o[i];
        }

        return CosineObjective.Loss(dot, squares, Math.Sqrt(target));
    }
}
