using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>The instructions that a depthwise tile is built on: in each 32-bit lane four products of an unsigned and a signed byte are added.</summary>
internal unsafe interface IQuadSum
{
    /// <summary>What the kernel is called in tables and by <c>EASYQUANT_ISA</c>.</summary>
    static abstract string Isa { get; }

    /// <summary>Whether this processor has it.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Bytes of a weight in the <see cref="DepthwiseLayout"/> of quads.</summary>
    static abstract int WeightBytes { get; }

    /// <summary><c>sum[i] + Σ_{t&lt;4} quads[4i + t] · w[4i + t]</c>, exact modulo 2^32.</summary>
    static abstract Vector256<int> Accumulate(Vector256<int> sum, Vector256<byte> quads, byte* weights);
}
