using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.KernelTables;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>The kernels of max pooling; all give the same bytes.</summary>
internal static unsafe class MaxPoolingKernels
{
    /// <summary>All kernels, fastest first. The second is compiled to the vectors that the processor has, on any.</summary>
    public static IReadOnlyList<Kernel<MaxPoolingRow>> All { get; } =
    [
        new("avx512bw", Avx512BW.IsSupported, &MaxPoolingRow_1x64<Vector512<byte>>.Run),
        new("scalar", isSupported: true, &MaxPoolingRow_1x64<Vector256<byte>>.Run),
    ];

    /// <summary>The one to use, see <see cref="KernelChoice"/>.</summary>
    public static Kernel<MaxPoolingRow> Best => KernelChoice.Best(All);
}
