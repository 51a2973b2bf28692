using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.KernelTables;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>One kernel of <see cref="DepthwiseKernels.All"/>, and how it wants its parameters.</summary>
internal sealed unsafe class DepthwiseKernel : IKernel
{
    private readonly DepthwiseLayout _layout;
    private readonly Kernel<DepthwiseRow> _kernel;

    public DepthwiseKernel(Kernel<DepthwiseRow> kernel, DepthwiseLayout layout)
    {
        _kernel = kernel;
        _layout = layout;
    }

    public string Isa => _kernel.Isa;

    public string? Refusal => _kernel.Refusal;

    /// <summary>Packs what belongs to the channels, for <see cref="DepthwiseRow.Parameters"/>; fastest where they begin at a multiple of 64 bytes.</summary>
    /// <param name="weights">[tap][channel]</param>
    /// <param name="start">Where sums begin: the bias less the zero point's share, for each channel.</param>
    /// <param name="multipliers">What sums are multiplied by, for each channel.</param>
    /// <exception cref="ArgumentException">The lengths do not belong together, or channels are no multiple of <see cref="DepthwiseRow.ChannelMultiple"/>.</exception>
    public byte[] PackParameters(ReadOnlySpan<sbyte> weights, ReadOnlySpan<int> start, ReadOnlySpan<float> multipliers)
    {
        int channels = start.Length;
        if (channels == 0 || channels % DepthwiseRow.ChannelMultiple != 0)
        {
            throw new ArgumentException($"{channels} channels, expected a multiple of {DepthwiseRow.ChannelMultiple}.", nameof(start));
        }

        if (multipliers.Length != channels)
        {
            throw new ArgumentException($"{multipliers.Length} multipliers, expected {channels}: one for each channel.", nameof(multipliers));
        }

        if (weights.Length == 0 || weights.Length % channels != 0)
        {
            throw new ArgumentException($"{weights.Length} weights, expected a multiple of {channels}: one for each tap and channel.", nameof(weights));
        }

        return _layout.Pack(weights, start, multipliers);
    }

    /// <summary>Brings the taps' offsets into the kernel's order, for <see cref="DepthwiseRow.Offsets"/>.</summary>
    /// <param name="offsets">One for each tap; a 3 × 3 kernel's are fastest row by row.</param>
    public int[] OrderTaps(ReadOnlySpan<int> offsets)
    {
        int[] order = _layout.TapOrder(offsets.Length);
        for (int i = 0; i < order.Length; i++)
        {
            // What fills up is multiplied by zero: any readable place does, the last one keeps the shape of columns.
            order[i] = order[i] >= 0 ? offsets[order[i]] : order[i - 1];
        }

        return order;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run(DepthwiseRow* row) => _kernel.Run(row);
}

/// <summary>The kernels of depthwise convolutions; all give the same bytes.</summary>
internal static unsafe class DepthwiseKernels
{
    /// <summary>All kernels, fastest first.</summary>
    public static IReadOnlyList<DepthwiseKernel> All { get; } =
    [
        new(
            new(DepthwiseRowU8S8_1x64k4_Avx512Vnni.Isa, DepthwiseRowU8S8_1x64k4_Avx512Vnni.Refusal, &DepthwiseRowU8S8_1x64k4_Avx512Vnni.Run),
            DepthwiseLayout.QuadsOfBytes(64)),
        new(new("avx512bw", Avx512BW.IsSupported, &DepthwiseRowU8S8_1x64k4_Avx512BW.Run), DepthwiseLayout.QuadsOfWords(64)),
        new(
            new(AvxVnniQuadSum.Isa, AvxVnniQuadSum.IsSupported, &DepthwiseRowU8S8_1x32k4<AvxVnniQuadSum>.Run),
            DepthwiseLayout.QuadsOfBytes(32)),
        new(new(Avx2QuadSum.Isa, Avx2QuadSum.IsSupported, &DepthwiseRowU8S8_1x32k4<Avx2QuadSum>.Run), DepthwiseLayout.QuadsOfWords(32)),
        new(new("scalar", isSupported: true, &DepthwiseRowU8S8_1x16.Run), DepthwiseLayout.InOrder),
    ];

    /// <summary>The one to use, see <see cref="KernelChoice"/>.</summary>
    public static DepthwiseKernel Best => KernelChoice.Best(All);
}
