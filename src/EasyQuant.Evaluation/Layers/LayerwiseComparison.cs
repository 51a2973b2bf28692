using EasyQuant.Data;
using EasyQuant.Evaluation.Inspection;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Layers;

/// <summary>
/// Runs a float model and its quantized form on the same samples and compares the output of every layer. Each model runs as
/// a whole, so a layer's error contains what the layers before it have done.
/// </summary>
/// <remarks>
/// Layers are matched by the names of their outputs, which quantization keeps. Where it scaled a layer's output to equalize its channels, and cut off what
/// the function behind it does not see, that function's result is compared (<see cref="FunctionResult"/>). Float values of one sample are held at a time
/// and thread; memory does not grow with the number of samples except for three numbers a layer.
/// </remarks>
public sealed class LayerwiseComparison
{
    private readonly Node[] _layers;
    private readonly Dictionary<string, int> _indexOf;
    private readonly GraphExecutor _reference;
    private readonly GraphExecutor _quantized;

    private LayerwiseComparison((Node Layer, string Value)[] compared, GraphExecutor reference, GraphExecutor quantized)
    {
        _layers = [.. compared.Select(c => c.Layer)];
        _indexOf = compared.Select((c, index) => (c.Value, index)).ToDictionary(p => p.Value, p => p.index);
        _reference = reference;
        _quantized = quantized;
    }

    /// <summary>Compares the layers that both models have; the worst, the one with the smallest cosine, comes first.</summary>
    /// <param name="reference">The float model, in the form that quantization started from: with BatchNormalization folded.</param>
    /// <param name="quantized">The quantized model.</param>
    /// <param name="samples">What to run them on.</param>
    /// <param name="threads">How many samples run beside each other; the result does not depend on it.</param>
    /// <param name="progress">Told after every sample.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <exception cref="InvalidModelException">The models have no layer in common, or one of them cannot be run.</exception>
    /// <exception cref="InvalidSampleException">A sample cannot be read or does not fit.</exception>
    public static IReadOnlyList<LayerError> Run(
        Model reference,
        Model quantized,
        ISampleSource samples,
        int threads,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (samples.Count == 0)
        {
            throw new InvalidSampleException("There is no sample to compare on.");
        }

        HashSet<string> computed = [.. quantized.Graph.Nodes.Where(LayerProfile.IsLayer).Select(n => n.Outputs[0]!.Name)];
        HashSet<string> others = [.. quantized.Graph.Nodes.SelectMany(n => n.Outputs).OfType<Value>().Select(v => v.Name).Except(computed)];
        (Node Layer, string Value)[] compared =
        [
            .. from layer in reference.Graph.Nodes.Where(LayerProfile.IsLayer)
               let output = layer.Outputs[0]!
               let value = others.Contains(output.Name) ? FunctionResult.Of(reference.Graph, output) : output
               where value is not null && (value == output ? computed : others).Contains(value.Name)
               select (layer, value.Name),
        ];
        if (compared.Length == 0)
        {
            throw new InvalidModelException("No layer of the quantized model computes a value of the float model's; compare a model with what was made from it.");
        }

        ExecutorOptions options = new() { Threads = 1 };
        using GraphExecutor referenceExecutor = new(reference, options);
        using GraphExecutor quantizedExecutor = new(quantized, options);
        return new LayerwiseComparison(compared, referenceExecutor, quantizedExecutor).Run(samples, threads, progress, cancellationToken);
    }

    private LayerError[] Run(ISampleSource samples, int threads, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        TensorError[][] errors = new TensorError[samples.Count][];
        int done = 0;
        ParallelSamples.Run(samples.Count, threads, index =>
        {
            errors[index] = Compare(samples.Read(index), cancellationToken);
            progress?.Report(new EvaluationProgress(Interlocked.Increment(ref done), samples.Count));
        }, cancellationToken);

        return
        [
            .. _layers
                .Select((layer, i) => new LayerError(LayerProfile.NameOf(layer), layer.OpType, i, TensorError.Pool(errors.Select(e => e[i]))))
                .OrderBy(l => l.Error.Cosine),
        ];
    }

    private TensorError[] Compare(Sample sample, CancellationToken cancellationToken)
    {
        TensorError?[] errors = SampleErrors.Name(sample.Name, "the models", () => ErrorsOf(sample.Inputs, cancellationToken));
        return
        [
            .. errors.Select((error, i) => error ?? throw new InvalidModelException(
                $"{_layers[i].Label}: its output is a constant in one of the models; there is nothing to compare.")),
        ];
    }

    // Nothing for a layer whose output is a constant in one of the models.
    private TensorError?[] ErrorsOf(IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancellationToken)
    {
        float[]?[] expected = new float[_layers.Length][];
        TensorError?[] errors = new TensorError?[_layers.Length];
        _reference.Run(inputs, (value, tensor) =>
        {
            if (_indexOf.TryGetValue(value.Name, out int index))
            {
                expected[index] = FloatsOf(value, tensor).ToArray();
            }
        }, cancellationToken);
        _quantized.Run(inputs, (value, tensor) =>
        {
            if (_indexOf.TryGetValue(value.Name, out int index) && expected[index] is { } reference)
            {
                errors[index] = Compare(value, reference, FloatsOf(value, tensor));
            }
        }, cancellationToken);
        return errors;
    }

    private static TensorError Compare(Value value, float[] reference, ReadOnlySpan<float> actual) => reference.Length == actual.Length
        ? TensorError.Between(reference, actual)
        : throw new InvalidModelException(
            $"Value '{value.Name}' has {reference.Length} elements in the float model and {actual.Length} in the quantized one; compare a model with what was made from it.");

    private static ReadOnlySpan<float> FloatsOf(Value value, Tensor tensor) => tensor.Type == DataType.Float32
        ? tensor.AsSpan<float>()
        : throw new InvalidModelException($"Value '{value.Name}' is {tensor}; layers are compared in f32.");
}
