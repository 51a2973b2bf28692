using EasyQuant.Kernels.Threading;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>
/// Chooses the step of a group that no layer reads: the candidate of the largest mean cosine between the rounded tensor
/// and the tensor of the float network, or of the least noise.
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
        SearchTrace? trace = null,
        ScaleObjective objective = ScaleObjective.Cosine,
        bool isRefinement = false)
    {
        double[] powers = new double[reference.Count];
        workers.For(powers.Length, sample => powers[sample] = SumOfSquares(reference[sample].Read().AsSpan<float>()));
        double meanPower = powers.Average();
        return ActivationScaleSearch.Search(
            ScaleGrid.ForActivations(preset, startScale, scales[group], isRefinement), group, scales, workers, quantized.Count,
            (scale, sample) => Loss(sample, scale) / quantized.Count, trace, cancellationToken);

        double Loss(int sample, float scale)
        {
            QuantizationParameters parameters = QuantizationParameters.ForActivations(group.Range, scale, DataType.UInt8);
            ReadOnlySpan<float> x = FakeQuantizer.Apply(quantized[sample].Read(), parameters).AsSpan<float>();
            ReadOnlySpan<float> o = reference[sample].Read().AsSpan<float>();
            double dot = 0;
            for (int i = 0; i < x.Length; i++)
            {
                dot += (double)x[i] * o[i];
            }

            return objective == ScaleObjective.Cosine
                ? CosineObjective.Loss(dot, SumOfSquares(x), Math.Sqrt(powers[sample]))
                : NoiseObjective.Loss(dot, SumOfSquares(x), powers[sample], meanPower);
        }
    }

    private static double SumOfSquares(ReadOnlySpan<float> elements)
    {
        double sum = 0;
        foreach (float element in elements)
        {
            sum += (double)element * element;
        }

        return sum;
    }
}
