using EasyQuant.Data;
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
    /// <exception cref="InvalidModelException">The model cannot be run, or has no output.</exception>
    public EvaluatedModel(string name, Model model, Engine engine = Engine.Float)
    {
        Name = name;
        _inputs = [.. model.Graph.RequiredInputs.Select(i => i.Name)];
        OutputName = model.Graph.Outputs.FirstOrDefault()?.Name
            ?? throw new InvalidModelException($"Model '{name}' has no output to evaluate.");

        // Samples run beside each other, which keeps all cores busy without waiting inside a layer.
        _executor = Executors.Create(model, engine, threads: 1);
    }

    /// <summary>What messages and results call the model.</summary>
    public string Name { get; }

    /// <summary>The output that counts: the first.</summary>
    public string OutputName { get; }

    /// <summary>Runs the model and returns its first output, which has to be of 32-bit floats.</summary>
    /// <exception cref="InvalidSampleException">The sample does not fit the model's inputs.</exception>
    /// <exception cref="InvalidModelException">The output is not of 32-bit floats.</exception>
    public Tensor Run(string sample, IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancellationToken)
    {
        Tensor output;
        try
        {
            output = _executor.Run(Rename(inputs), cancellationToken)[OutputName];
        }
        catch (ArgumentException error)
        {
            throw new InvalidSampleException($"Sample '{sample}' does not fit model '{Name}': {error.Message}", error);
        }

        return output.Type == DataType.Float32
            ? output
            : throw new InvalidModelException($"Model '{Name}': output '{OutputName}' is {output}, expected f32 scores.");
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose() => _executor.Dispose();

    // Two files of one network may call their only input differently.
    private IReadOnlyDictionary<string, Tensor> Rename(IReadOnlyDictionary<string, Tensor> inputs) =>
        _inputs is [string own] && inputs.Count == 1 && !inputs.ContainsKey(own)
            ? new Dictionary<string, Tensor> { [own] = inputs.Values.First() }
            : inputs;
}
