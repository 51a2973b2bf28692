using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>The instruction that products of 256 bits are built on: in each 32-bit lane two products of 16-bit integers are added.</summary>
internal interface IWordDot
{
    /// <summary>What the kernel is called in tables and by <c>EASYQUANT_ISA</c>.</summary>
    static abstract string Isa { get; }

    /// <summary>Whether this processor has it.</summary>
    static abstract bool IsSupported { get; }

    /// <summary><c>acc[i] + a[2i] · b[2i] + a[2i + 1] · b[2i + 1]</c> modulo 2^32; the two products together must fit 32 bits.</summary>
    static abstract Vector256<int> Accumulate(Vector256<int> accumulator, Vector256<short> a, Vector256<short> b);
}
