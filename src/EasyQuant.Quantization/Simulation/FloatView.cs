using System.Buffers;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Simulation;

/// <summary>A float tensor's elements as memory, without copying.</summary>
internal sealed class FloatView : MemoryManager<float>
{
    private readonly Tensor _tensor;

    public FloatView(Tensor tensor) => _tensor = tensor;

    public override Span<float> GetSpan() => _tensor.AsMutableSpan<float>();

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("Tensors of the simulation are not pinned.");

    public override void Unpin() => throw new NotSupportedException("Tensors of the simulation are not pinned.");

    protected override void Dispose(bool disposing)
    {
    }
}
