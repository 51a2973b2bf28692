using EasyQuant.Kernels.Threading;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Execution;

/// <summary>One node made ready to run: attributes read, constant inputs packed. Immutable, so threads may share it.</summary>
public interface IOperator
{
    /// <summary>Computes the outputs.</summary>
    /// <param name="inputs">One entry for each input of the node, <see langword="null"/> where it is absent.</param>
    /// <param name="context">Threads and buffers to use.</param>
    /// <returns>One entry for each output of the node; an output may share its buffer with an input.</returns>
    Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context);
}

/// <summary>What an operator may use while it runs. One context serves one run at a time.</summary>
public sealed class OperatorContext
{
    /// <summary>A context over these threads.</summary>
    public OperatorContext(WorkerPool workers) => Workers = workers;

    /// <summary>The threads.</summary>
    public WorkerPool Workers { get; }

    /// <summary>A tensor for an output, contents unspecified.</summary>
    public Tensor Allocate(DataType type, Shape shape) => Tensor.Allocate(type, shape);
}
