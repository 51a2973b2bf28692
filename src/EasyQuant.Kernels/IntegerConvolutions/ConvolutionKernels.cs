using System.Runtime.CompilerServices;
using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Kernels.KernelTables;

namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>One kernel of <see cref="ConvolutionKernels.All"/>.</summary>
public sealed unsafe class ConvolutionKernel : IKernel
{
    private readonly delegate*<ConvolutionRow*, void> _run;
    private readonly Func<string?> _refusal;

    private ConvolutionKernel(string isa, Func<string?> refusal, delegate*<ConvolutionRow*, void> run)
    {
        Isa = isa;
        _refusal = refusal;
        _run = run;
    }

    /// <summary>The instruction set, as <c>EASYQUANT_ISA</c> names it.</summary>
    public string Isa { get; }

    /// <summary>Whether this processor, runtime and system can run it.</summary>
    public bool IsSupported => Refusal is null;

    /// <summary>Why it cannot be run here; null where it can.</summary>
    public string? Refusal => _refusal();

    internal static ConvolutionKernel Avx512Vnni { get; } = new(
        ConvolutionRowU8S8_Avx512Vnni.Isa, () => ConvolutionRowU8S8_Avx512Vnni.Refusal, &ConvolutionRowU8S8_Avx512Vnni.Run);

    internal static ConvolutionKernel Of<TDot>()
        where TDot : struct, IDotU8S8 => new(
            TDot.Isa,
            () => TDot.IsSupported ? null : $"the processor, or the runtime as it is set up, does not offer {TDot.Isa}",
            &ConvolutionRowU8S8_4x16k4<TDot>.Run);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Run(ConvolutionRow* row) => _run(row);
}

/// <summary>The convolution kernels; all give the same bytes.</summary>
public static class ConvolutionKernels
{
    /// <summary>All kernels, fastest first.</summary>
    public static IReadOnlyList<ConvolutionKernel> All { get; } =
    [
        ConvolutionKernel.Avx512Vnni,
        ConvolutionKernel.Of<AvxVnniDot>(),
        ConvolutionKernel.Of<Avx2Dot>(),
        ConvolutionKernel.Of<PortableDot>(),
    ];

    /// <summary>The fastest that this processor can run, or the one that the environment variable <c>EASYQUANT_ISA</c> names.</summary>
    /// <exception cref="ArgumentException">The variable names no instruction set.</exception>
    /// <exception cref="PlatformNotSupportedException">What the variable names cannot be used here.</exception>
    public static ConvolutionKernel Best => KernelChoice.Best(All);
}
