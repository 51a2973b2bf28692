using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Execution;

/// <summary>A model made ready to run. May be shared between threads.</summary>
public interface IModelExecutor : IDisposable
{
    /// <summary>What computes it: <c>float</c> or <c>integer</c>.</summary>
    string Engine { get; }

    /// <summary>Computes the model's outputs.</summary>
    /// <param name="inputs">A tensor for each input without a default, by name.</param>
    /// <param name="cancellationToken">Ends the run between two operators.</param>
    /// <returns>A tensor for each output, by name; they belong to the caller.</returns>
    /// <exception cref="ArgumentException">An input is missing, not known, or not of the declared type and shape.</exception>
    /// <exception cref="InvalidModelException">The model cannot be computed with these inputs.</exception>
    IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancellationToken = default);
}
