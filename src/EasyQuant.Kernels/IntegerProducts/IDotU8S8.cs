using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>The instruction a tile is built on: in each 32-bit lane four products of an unsigned and a signed byte are added.</summary>
internal interface IDotU8S8
{
    /// <summary>What the kernel is called in tables and by <c>EASYQUANT_ISA</c>.</summary>
    static abstract string Isa { get; }

    /// <summary>Whether this processor has it.</summary>
    static abstract bool IsSupported { get; }

    /// <summary><c>acc[i] + Σ_{j&lt;4} a[4i + j] · w[4i + j]</c>, exact modulo 2^32.</summary>
    static abstract Vector256<int> Accumulate(Vector256<int> accumulator, Vector256<byte> a, Vector256<sbyte> w);
}
