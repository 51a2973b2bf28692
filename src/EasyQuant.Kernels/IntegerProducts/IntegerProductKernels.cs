using System.Runtime.CompilerServices;

namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>One kernel of <see cref="IntegerProductKernels.All"/>.</summary>
public sealed unsafe class IntegerProductKernel
{
    /// <summary>Rows of a tile.</summary>
    public const int TileRows = 6;

    /// <summary>Positions of a tile.</summary>
    public const int TilePositions = 16;

    private readonly delegate*<byte*, sbyte*, nint, int, int*, int*, nint, void> _run;

    private IntegerProductKernel(string isa, bool isSupported, delegate*<byte*, sbyte*, nint, int, int*, int*, nint, void> run)
    {
        Isa = isa;
        IsSupported = isSupported;
        _run = run;
    }

    /// <summary>The instruction set, as <c>EASYQUANT_ISA</c> names it.</summary>
    public string Isa { get; }

    /// <summary>Whether this processor can run it.</summary>
    public bool IsSupported { get; }

    internal static IntegerProductKernel Of<TDot>()
        where TDot : struct, IDotU8S8 => new(TDot.Isa, TDot.IsSupported, &ProductTileU8S8_6x16k4<TDot>.Run);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Run(byte* panel, sbyte* rows, nint rowStride, int groups, int* start, int* tile, nint stride) =>
        _run(panel, rows, rowStride, groups, start, tile, stride);
}

/// <summary>The kernels for products of unsigned and signed bytes; all give the same integers.</summary>
public static class IntegerProductKernels
{
    /// <summary>All kernels, fastest first.</summary>
    public static IReadOnlyList<IntegerProductKernel> All { get; } =
    [
        IntegerProductKernel.Of<AvxVnniDot>(),
        IntegerProductKernel.Of<Avx2Dot>(),
        IntegerProductKernel.Of<PortableDot>(),
    ];

    /// <summary>The fastest that this processor can run, or the one that the environment variable <c>EASYQUANT_ISA</c> names.</summary>
    public static IntegerProductKernel Best { get; } = Choose(Environment.GetEnvironmentVariable("EASYQUANT_ISA"));

    internal static IntegerProductKernel Choose(string? isa)
    {
        if (string.IsNullOrEmpty(isa))
        {
            return All.First(k => k.IsSupported);
        }

        IntegerProductKernel kernel = All.FirstOrDefault(k => k.Isa == isa)
            ?? throw new ArgumentException($"EASYQUANT_ISA is '{isa}', expected one of {string.Join(", ", All.Select(k => k.Isa))}.");
        return kernel.IsSupported ? kernel : throw new PlatformNotSupportedException($"EASYQUANT_ISA is '{isa}', which this processor or runtime does not offer.");
    }
}
