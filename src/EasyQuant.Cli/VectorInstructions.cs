using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Cli;

/// <summary>What the float kernels' vectors are made of on this processor.</summary>
internal static class VectorInstructions
{
    /// <summary><c>avx512</c>, <c>avx2</c>, <c>neon</c>, <c>vector128</c> or <c>scalar</c>.</summary>
    public static string Name =>
        Vector512.IsHardwareAccelerated ? "avx512"
        : Avx2.IsSupported ? "avx2"
        : AdvSimd.IsSupported ? "neon"
        : Vector128.IsHardwareAccelerated ? "vector128"
        : "scalar";
}
