using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.KernelTables;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>The kernels of average pooling, over windows and over whole images; all give the same bytes.</summary>
internal static unsafe class AveragePoolingKernels
{
    /// <summary>All kernels, fastest first. The last is compiled to the vectors that the processor has, on any.</summary>
    public static IReadOnlyList<Kernel<AveragePoolingRow>> All { get; } =
    [
        new("avx512bw", Avx512BW.IsSupported, &AveragePoolingRow_1x64_Avx512BW.Run),
        new("scalar", isSupported: true, &AveragePoolingRow_1x16.Run),
    ];

    /// <summary>The one to use, see <see cref="KernelChoice"/>.</summary>
    public static Kernel<AveragePoolingRow> Best => KernelChoice.Best(All);
}
