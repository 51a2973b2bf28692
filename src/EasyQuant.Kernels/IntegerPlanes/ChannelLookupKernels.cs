using EasyQuant.Kernels.KernelTables;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>The kernels of lookups with a table for each channel. Gathering instructions are no faster than single bytes: there is one kernel.</summary>
internal static unsafe class ChannelLookupKernels
{
    /// <summary>All kernels.</summary>
    public static IReadOnlyList<Kernel<ChannelLookupRow>> All { get; } = [new("scalar", isSupported: true, &ChannelLookupRow_1x1.Run)];

    /// <summary>The one to use, see <see cref="KernelChoice"/>.</summary>
    public static Kernel<ChannelLookupRow> Best => KernelChoice.Best(All);
}
