using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.KernelTables;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>The kernels of table lookups; all give the same bytes.</summary>
internal static unsafe class LookupKernels
{
    /// <summary>All kernels, fastest first.</summary>
    public static IReadOnlyList<Kernel<LookupRun>> All { get; } =
    [
        new("avx512vbmi", Avx512Vbmi.IsSupported, &LookupRun_64_Avx512Vbmi.Run),
        new("scalar", isSupported: true, &LookupRun_1.Run),
    ];

    /// <summary>The one to use, see <see cref="KernelChoice"/>.</summary>
    public static Kernel<LookupRun> Best => KernelChoice.Best(All);
}
