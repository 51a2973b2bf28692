using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Sensitivity;

/// <summary>Measures how far a network's outputs are from the float network's: <c>Σ ‖y − ŷ‖² / Σ ‖y‖²</c> over all outputs of all samples.</summary>
public sealed class OutputNoise : IDisposable
{
    private readonly Sample[] _samples;
    private readonly Tensor[][] _references;
    private readonly double _power;
    private readonly WorkerPool _workers;

    /// <summary>Runs the float network.</summary>
    /// <exception cref="InvalidSampleException">There is no sample, or one does not fit.</exception>
    public OutputNoise(Model reference, ISampleSource samples, int threads, CancellationToken cancellationToken)
    {
        if (samples.Count == 0)
        {
            throw new InvalidSampleException("There is no sample to look at the outputs of; at least one is needed.");
        }

        _workers = new WorkerPool(threads);
        _samples = [.. Enumerable.Range(0, samples.Count).Select(samples.Read)];
        _references = Run(reference, cancellationToken);
        _power = _references.SelectMany(r => r).Sum(t => SumOfSquares(t, null));
    }

    /// <summary>The noise of a network with the same inputs and outputs.</summary>
    public double Of(Model model, CancellationToken cancellationToken)
    {
        Tensor[][] outputs = Run(model, cancellationToken);
        double noise = 0;
        for (int sample = 0; sample < outputs.Length; sample++)
        {
            for (int output = 0; output < outputs[sample].Length; output++)
            {
                noise += SumOfSquares(_references[sample][output], outputs[sample][output]);
            }
        }

        return noise / _power;
    }

    /// <summary>Decibels between output and noise.</summary>
    public static double Sqnr(double noise) => -10 * Math.Log10(noise);

    /// <summary>Ends the threads.</summary>
    public void Dispose() => _workers.Dispose();

    private Tensor[][] Run(Model model, CancellationToken cancellationToken)
    {
        using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1 });
        Tensor[][] outputs = new Tensor[_samples.Length][];
        _workers.For(outputs.Length, i =>
        {
            IReadOnlyDictionary<string, Tensor> results = SampleErrors.Name(_samples[i].Name, "the model", () => executor.Run(_samples[i].Inputs, cancellationToken));
            outputs[i] = [.. model.Graph.Outputs.Select(o => results[o.Name]).Where(t => t.Type == DataType.Float32)];
        });
        return outputs;
    }

    private static double SumOfSquares(Tensor left, Tensor? right)
    {
        ReadOnlySpan<float> x = left.AsSpan<float>();
        ReadOnlySpan<float> y = right is null ? default : right.AsSpan<float>();
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double difference = x[i] - (right is null ? 0.0 : y[i]);
            sum += difference * difference;
        }

        return sum;
    }
}
