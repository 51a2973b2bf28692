using System.Runtime.CompilerServices;
using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Kernels.KernelTables;

namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>One kernel of <see cref="ConvolutionKernels.All"/>.</summary>
public sealed unsafe class ConvolutionKernel : IKernel
{
    private readonly delegate*<ConvolutionRow*, void> _run;
    private readonly Func<string?> _refusal;

    private ConvolutionKernel(string isa, Func<string?> refusal, delegate*<ConvolutionRow*, void> run, int mostPanels = ConvolutionRow.MostPanels, bool sumsInWords = false)
    {
        Isa = isa;
        _refusal = refusal;
        _run = run;
        MostPanels = mostPanels;
        SumsInWords = sumsInWords;
    }

    /// <summary>The instruction set, as <c>EASYQUANT_ISA</c> names it.</summary>
    public string Isa { get; }

    /// <summary>Whether this processor, runtime and system can run it.</summary>
    public bool IsSupported => Refusal is null;

    /// <summary>Why it cannot be run here; null where it can.</summary>
    public string? Refusal => _refusal();

    /// <summary>The most panels of a tile: more at a time only follow each other.</summary>
    internal int MostPanels { get; }

    /// <summary>Whether <see cref="ConvolutionRow.WideningPeriod"/> matters.</summary>
    internal bool SumsInWords { get; }

    internal static ConvolutionKernel Avx512Vnni { get; } = new(
        ConvolutionRowU8S8_Avx512Vnni.Isa, () => ConvolutionRowU8S8_Avx512Vnni.Refusal, &ConvolutionRowU8S8_Avx512Vnni.Run);

    internal static ConvolutionKernel Avx512BW { get; } = new(
        ConvolutionRowU8S8_Avx512BW.Isa, () => RefusalOf(ConvolutionRowU8S8_Avx512BW.Isa, ConvolutionRowU8S8_Avx512BW.IsSupported),
        &ConvolutionRowU8S8_Avx512BW.Run, mostPanels: 2, sumsInWords: true);

    internal static ConvolutionKernel Avx2 { get; } = new(
        Avx2Dot.Isa, () => RefusalOf(Avx2Dot.Isa, Avx2Dot.IsSupported), &ConvolutionRowU8S8_Avx2.Run, mostPanels: 1, sumsInWords: true);

    internal static ConvolutionKernel Of<TDot>()
        where TDot : struct, IDotU8S8 => new(TDot.Isa, () => RefusalOf(TDot.Isa, TDot.IsSupported), &ConvolutionRowU8S8_4x16k4<TDot>.Run);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Run(ConvolutionRow* row) => _run(row);

    private static string? RefusalOf(string isa, bool isSupported) =>
        isSupported ? null : $"the processor, or the runtime as it is set up, does not offer {isa}";
}

/// <summary>The convolution kernels; all give the same bytes.</summary>
public static class ConvolutionKernels
{
    /// <summary>All kernels, fastest first.</summary>
    public static IReadOnlyList<ConvolutionKernel> All { get; } =
    [
        ConvolutionKernel.Avx512Vnni,
        ConvolutionKernel.Avx512BW,
        ConvolutionKernel.Of<AvxVnniDot>(),
        ConvolutionKernel.Avx2,
        ConvolutionKernel.Of<PortableDot>(),
    ];

    /// <summary>The fastest that this processor can run, or the one that the environment variable <c>EASYQUANT_ISA</c> names.</summary>
    /// <exception cref="ArgumentException">The variable names no instruction set.</exception>
    /// <exception cref="PlatformNotSupportedException">What the variable names cannot be used here.</exception>
    public static ConvolutionKernel Best => KernelChoice.Best(All);
}
