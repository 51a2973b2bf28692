using EasyQuant.Data;
using EasyQuant.Evaluation.Recurrence;
using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation;

/// <summary>A model made ready to be run on samples; its first output is what counts. May be shared between threads.</summary>
public sealed class EvaluatedModel : IDisposable
{
    private readonly IModelExecutor _executor;
    private readonly string[] _inputs;

    /// <summary>Makes <paramref name="model"/> ready, under the name that messages and results give it.</summary>
    /// <param name="name">What messages and results call the model.</param>
    /// <param name="model">The model.</param>
    /// <param name="engine">What computes it.</param>
    /// <param name="feedback">Which outputs are fed back; the first of the others is then what counts.</param>
    /// <exception cref="InvalidModelException">The model cannot be run, or has no output.</exception>
    public EvaluatedModel(string name, Model model, Engine engine = Engine.Float, FeedbackLinks? feedback = null)
    {
        Feedback = feedback;
        Name = name;
        _inputs = [.. model.Graph.RequiredInputs.Select(i => i.Name)];
        OutputName = model.Graph.Outputs.FirstOrDefault(o => feedback?.IsFedBack(o.Name) != true)?.Name
            ?? throw new InvalidModelException($"Model '{name}' has no output to evaluate.");

        // Samples run beside each other, which keeps all cores busy without waiting inside a layer.
        _executor = Executors.Create(model, engine, threads: 1);
    }

    /// <summary>What messages and results call the model.</summary>
    public string Name { get; }

    /// <summary>The output that counts: the first that is not fed back.</summary>
    public string OutputName { get; }

    /// <summary>Which outputs are fed back, where samples form sequences.</summary>
    public FeedbackLinks? Feedback { get; }

    /// <summary>Runs the model and returns its first output, which has to be of 32-bit floats.</summary>
    /// <exception cref="InvalidSampleException">The sample does not fit the model's inputs.</exception>
    /// <exception cref="InvalidModelException">The output is not of 32-bit floats.</exception>
    public Tensor Run(string sample, IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancellationToken) =>
        Counted(RunAll(sample, Rename(inputs), cancellationToken));

    /// <summary>Runs a step of a sequence; <paramref name="outputs"/> holds all outputs of the step before, or nothing, and then those of this one.</summary>
    /// <returns>The output that counts.</returns>
    /// <exception cref="InvalidOperationException">The model was made without feedback.</exception>
    /// <inheritdoc cref="Run"/>
    public Tensor Step(Sample sample, ref IReadOnlyDictionary<string, Tensor>? outputs, CancellationToken cancellationToken)
    {
        FeedbackLinks links = Feedback ?? throw new InvalidOperationException($"Model '{Name}' has no feedback.");
        outputs = RunAll(sample.Name, links.Complete(sample, outputs), cancellationToken);
        return Counted(outputs);
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose() => _executor.Dispose();

    private IReadOnlyDictionary<string, Tensor> RunAll(string sample, IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancellationToken) =>
        SampleErrors.Name(sample, $"model '{Name}'", () => _executor.Run(inputs, cancellationToken));

    private Tensor Counted(IReadOnlyDictionary<string, Tensor> outputs)
    {
        Tensor output = outputs[OutputName];
        return output.Type == DataType.Float32
            ? output
            : throw new InvalidModelException($"Model '{Name}': output '{OutputName}' is {output}, expected f32 scores.");
    }

    // Two files of one network may call their only input differently.
    private IReadOnlyDictionary<string, Tensor> Rename(IReadOnlyDictionary<string, Tensor> inputs) =>
        _inputs is [string own] && inputs.Count == 1 && !inputs.ContainsKey(own)
            ? new Dictionary<string, Tensor> { [own] = inputs.Values.First() }
            : inputs;
}
