using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.KernelTables;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>The kernels of PRelu; all give the same bytes.</summary>
internal static unsafe class SlopeKernels
{
    /// <summary>All kernels, fastest first.</summary>
    public static IReadOnlyList<Kernel<SlopeRow>> All { get; } =
    [
        new("avx512bw", Avx512BW.IsSupported, &SlopeRow_1x64_Avx512BW.Run),
        new("avx2", Avx2.IsSupported, &SlopeRow_1x32_Avx2.Run),
        new("scalar", isSupported: true, &SlopeRow_1x16.Run),
    ];

    /// <summary>The one to use, see <see cref="KernelChoice"/>.</summary>
    public static Kernel<SlopeRow> Best => KernelChoice.Best(All);
}
