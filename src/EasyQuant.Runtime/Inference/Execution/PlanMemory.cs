using System.Runtime.InteropServices;
using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Runtime.Inference.Network;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>The memory of a plan that kernels take pointers to: 64-byte aligned, never moved, freed together.</summary>
internal sealed unsafe class PlanMemory(SharedWeights? shared = null) : IDisposable
{
    private readonly List<nint> _blocks = [];

    /// <summary>Bytes in all, those of shared weights among them.</summary>
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

    /// <summary>A layer's weights, arranged once for all plans that share them.</summary>
    /// <exception cref="InvalidOperationException">This memory shares none.</exception>
    public T Packed<T>(ConvolutionStep step, int inputChannels, Func<PlanMemory, T> pack)
        where T : class
    {
        T packed = (shared ?? throw new InvalidOperationException("There are no shared weights.")).Get(step, inputChannels, pack, out long bytes);
        ByteLength += bytes;
        return packed;
    }

    public void Dispose()
    {
        _blocks.ForEach(KernelMemory.Source.Free);
        _blocks.Clear();
    }
}
