using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Graphs;

namespace EasyQuant.Evaluation;

/// <summary>Measures again and again what quantized forms of one network lose in top-1 accuracy on the same labelled samples.</summary>
/// <remarks>Quantized models run in integers. Samples stay in memory where they fit a budget, so that pictures are decoded once.</remarks>
public sealed class AccuracyDrop : IDisposable
{
    private const long BudgetBytes = 768L << 20;

    private readonly EvaluatedModel _reference;
    private readonly ISampleSource _samples;
    private readonly int _threads;
    private bool[]? _rightOfReference;

    /// <summary>Makes ready.</summary>
    /// <param name="reference">The float model.</param>
    /// <param name="samples">Labelled samples.</param>
    /// <param name="threads">Threads to use.</param>
    /// <exception cref="InvalidSampleException">There are no samples, or the first has no label.</exception>
    public AccuracyDrop(Model reference, ISampleSource samples, int threads)
    {
        if (samples.Count == 0 || samples.Read(0).Label is null)
        {
            throw new InvalidSampleException($"An accuracy needs labelled samples beside those of the calibration; there are {samples.Count}{(samples.Count == 0 ? "" : " without labels")}. Give more samples, and --labels FILE.csv or a folder for each class.");
        }

        _reference = new EvaluatedModel("the float model", reference);
        _samples = samples.Count * samples.Read(0).Inputs.Values.Sum(t => (long)t.ByteLength) <= BudgetBytes ? new KeptSamples(samples) : samples;
        _threads = threads;
    }

    /// <summary>How many samples there are.</summary>
    public int Samples => _samples.Count;

    /// <summary>Percent that the float model gets right, known after the first measurement.</summary>
    public double ReferenceTop1 => _rightOfReference is { } right ? 100.0 * right.Count(r => r) / right.Length : throw new InvalidOperationException("Nothing has been measured yet.");

    /// <summary>What a model loses.</summary>
    /// <exception cref="InvalidSampleException">A sample cannot be used.</exception>
    public PairedDifference Measure(Model model, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        EvaluationOptions options = new() { Threads = _threads };
        _rightOfReference ??= [.. Evaluator.Score([_reference], _samples, options, progress, cancellationToken)[0].Select(s => s.PlaceOfLabel == 0)];
        using EvaluatedModel quantized = new("the quantized model", model, Engine.Integer);
        bool[] right = [.. Evaluator.Score([quantized], _samples, options, progress, cancellationToken)[0].Select(s => s.PlaceOfLabel == 0)];
        return PairedDifference.Of(_rightOfReference, right);
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose() => _reference.Dispose();

    private sealed class KeptSamples(ISampleSource source) : ISampleSource
    {
        private readonly Sample?[] _samples = new Sample?[source.Count];

        public int Count => _samples.Length;

        public Sample Read(int index) => _samples[index] ??= source.Read(index);
    }
}
