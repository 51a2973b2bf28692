using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.KernelTables;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>The kernels of additions; all give the same bytes.</summary>
internal static unsafe class AddKernels
{
    /// <summary>All kernels, fastest first.</summary>
    public static IReadOnlyList<Kernel<AddRun>> All { get; } =
    [
        new("avx512bw", Avx512BW.IsSupported, &AddRun_64_Avx512BW.Run),
        new("avx2", Avx2.IsSupported, &AddRun_32_Avx2.Run),
        new("scalar", isSupported: true, &AddRun_16.Run),
    ];

    /// <summary>The one to use, see <see cref="KernelChoice"/>.</summary>
    public static Kernel<AddRun> Best => KernelChoice.Best(All);
}
