using System.Runtime.InteropServices;
using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Runtime.Inference.Network;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>The memory of a plan that kernels take pointers to: 64-byte aligned, never moved, freed together.</summary>
internal sealed unsafe class PlanMemory : IDisposable
{
    private readonly List<nint> _blocks = [];

    /// <summary>Bytes in all.</summary>
    public long ByteLength { get; private set; }

    /// <summary>Zeros.</summary>
    public T* Allocate<T>(int count)
        where T : unmanaged
    {
        nuint length = KernelMemory.RoundUp((long)count * sizeof(T));
        T* block = (T*)KernelMemory.Source.Allocate(length);
        NativeMemory.Clear(block, length);
        _blocks.Add((nint)block);
        ByteLength += (long)length;
        return block;
    }

    /// <summary>The integers that a tensor may take, as kernels read them.</summary>
    public OutputGrid* GridOf(QuantizedTensor tensor)
    {
        OutputGrid* grid = Allocate<OutputGrid>(1);
        *grid = OutputGrid.Of(tensor.ZeroPoint, tensor.Minimum, tensor.Maximum, signed: false);
        return grid;
    }

    /// <summary>A copy.</summary>
    public T* Copy<T>(ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        T* block = Allocate<T>(elements.Length);
        elements.CopyTo(new Span<T>(block, elements.Length));
        return block;
    }

    public void Dispose()
    {
        _blocks.ForEach(KernelMemory.Source.Free);
        _blocks.Clear();
    }
}
