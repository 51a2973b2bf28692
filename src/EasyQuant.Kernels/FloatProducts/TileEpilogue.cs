using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.FloatProducts;

/// <summary>What happens to the sums of 16 output channels on their way to memory.</summary>
internal readonly unsafe struct TileEpilogue
{
    private readonly bool _scales;
    private readonly Vector512<float> _factor;
    private readonly Vector512<float> _offset;
    private readonly Vector512<float> _low;
    private readonly Vector512<float> _high;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TileEpilogue(ConvolutionTile* tile, int block)
    {
        _scales = tile->Factor != null;
        _factor = _scales ? Vector512.Load(tile->Factor + 16 * block) : default;
        _offset = _scales ? Vector512.Load(tile->Offset + 16 * block) : default;
        _low = Vector512.Create(tile->Low);
        _high = Vector512.Create(tile->High);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target, Vector512<float> sum)
    {
        if (_scales)
        {
            sum = sum * _factor + _offset;
        }

        // With the sum on the right NaN goes through.
        Vector512.MinNative(_high, Vector512.MaxNative(_low, sum)).Store(target);
    }
}
