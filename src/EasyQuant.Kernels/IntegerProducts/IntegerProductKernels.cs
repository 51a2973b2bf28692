using System.Runtime.CompilerServices;
using EasyQuant.Kernels.KernelTables;

namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>One kernel of <see cref="IntegerProductKernels.All"/>.</summary>
public sealed unsafe class IntegerProductKernel : IKernel
{
    private readonly delegate*<ProductStrip*, void> _run;
    private readonly Func<string?> _refusal;

    private IntegerProductKernel(string isa, Func<string?> refusal, delegate*<ProductStrip*, void> run)
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

    internal static IntegerProductKernel Avx512Vnni { get; } = new(
        ProductStripU8S8_12x32k4_Avx512Vnni.Isa, () => ProductStripU8S8_12x32k4_Avx512Vnni.Refusal, &ProductStripU8S8_12x32k4_Avx512Vnni.Run);

    internal static IntegerProductKernel Of<TDot>()
        where TDot : struct, IDotU8S8 => new(
            TDot.Isa,
            () => TDot.IsSupported ? null : $"the processor, or the runtime as it is set up, does not offer {TDot.Isa}",
            &ProductTileU8S8_6x16k4<TDot>.Run);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Run(ProductStrip* strip) => _run(strip);
}

/// <summary>The kernels for products of unsigned and signed bytes; all give the same integers.</summary>
public static class IntegerProductKernels
{
    /// <summary>All kernels, fastest first.</summary>
    public static IReadOnlyList<IntegerProductKernel> All { get; } =
    [
        IntegerProductKernel.Avx512Vnni,
        IntegerProductKernel.Of<AvxVnniDot>(),
        IntegerProductKernel.Of<Avx2Dot>(),
        IntegerProductKernel.Of<PortableDot>(),
    ];

    // Chosen at first use, not when the class is set up, so that a wrong name is reported as itself.
    private static readonly Lazy<IntegerProductKernel> s_best = new(() => KernelChoice.Best(All));

    /// <summary>The fastest that this processor can run, or the one that the environment variable <c>EASYQUANT_ISA</c> names.</summary>
    /// <exception cref="ArgumentException">The variable names no instruction set.</exception>
    /// <exception cref="PlatformNotSupportedException">What the variable names cannot be used here.</exception>
    public static IntegerProductKernel Best => s_best.Value;
}
