using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Execution;

/// <summary>One node made ready to run: attributes read, constant inputs packed. Immutable, so threads may share it.</summary>
public interface IOperator
{
    /// <summary>Computes the outputs.</summary>
    /// <param name="inputs">
    /// One entry for each input of the node, <see langword="null"/> where it is absent; for a node with nested graphs
    /// followed by the outer values those graphs read, in the order of <see cref="CapturedValues"/>.
    /// </param>
    /// <param name="context">Threads and buffers to use.</param>
    /// <returns>One entry for each output of the node; an output may share its buffer with an input.</returns>
    Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context);
}
