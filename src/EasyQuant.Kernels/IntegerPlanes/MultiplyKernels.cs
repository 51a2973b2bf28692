using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.KernelTables;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>The kernels of products of two tensors; all give the same bytes.</summary>
internal static unsafe class MultiplyKernels
{
    /// <summary>All kernels, fastest first.</summary>
    public static IReadOnlyList<Kernel<MultiplyRun>> All { get; } =
    [
        new("avx512bw", Avx512BW.IsSupported, &MultiplyRun_64_Avx512BW.Run),
        new("avx2", Avx2.IsSupported, &MultiplyRun_32_Avx2.Run),
        new("scalar", isSupported: true, &MultiplyRun_16.Run),
    ];

    /// <summary>The one to use, see <see cref="KernelChoice"/>.</summary>
    public static Kernel<MultiplyRun> Best => KernelChoice.Best(All);
}
