using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.MachineCode;

/// <summary>AVX512-VNNI: an instruction set that .NET has no class for.</summary>
internal static class Avx512Vnni
{
    /// <summary>Leaf 7, ECX bit 11, where the runtime itself uses 512-bit registers (so the system saves them).</summary>
    public static bool IsSupported { get; } =
        Environment.Is64BitProcess && Avx512BW.IsSupported && X86Base.IsSupported && (X86Base.CpuId(7, 0).Ecx & 1 << 11) != 0;
}
