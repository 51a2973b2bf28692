using System.Runtime.CompilerServices;

namespace EasyQuant.Kernels.FloatProducts;

/// <summary>One kernel of <see cref="FloatTileKernels.All"/>: eight rows times a panel of up to 32 columns, <c>c = clamp(a · b + bias)</c>.</summary>
/// <remarks>Every kernel adds the products of an element in the order of k, one fused multiply-add each, so all give the same bits.</remarks>
public sealed unsafe class FloatTileKernel
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 8;

    /// <summary>Columns of a panel.</summary>
    public const int Columns = 32;

    private readonly delegate*<float*, float*, int, float*, float*, int, int, float, float, void> _run;

    internal FloatTileKernel(string isa, bool isSupported, delegate*<float*, float*, int, float*, float*, int, int, float, float, void> run)
    {
        Isa = isa;
        IsSupported = isSupported;
        _run = run;
    }

    /// <summary>The instruction set.</summary>
    public string Isa { get; }

    /// <summary>Whether this processor runs it in hardware.</summary>
    public bool IsSupported { get; }

    /// <summary>Packs rows into strips: [row / 8][k][row % 8], missing rows zero.</summary>
    /// <param name="source">The element of row r and depth k lies at <c>r · rowStride + k · depthStride</c>.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="depth">The length of a row.</param>
    /// <param name="rowStride">The distance between rows.</param>
    /// <param name="depthStride">The distance within a row.</param>
    public static float[] PackStrips(ReadOnlySpan<float> source, int rows, int depth, int rowStride, int depthStride)
    {
        float[] strips = new float[checked((rows + Rows - 1) / Rows * Rows * depth)];
        for (int r = 0; r < rows && depth > 0; r++)
        {
            Span<float> strip = strips.AsSpan(r / Rows * Rows * depth + r % Rows);
            for (int k = 0; k < depth; k++)
            {
                strip[k * Rows] = source[r * rowStride + k * depthStride];
            }
        }

        return strips;
    }

    /// <summary>Computes one tile and stores the part of it that exists.</summary>
    /// <param name="strip">[k][8]</param>
    /// <param name="panel">[k][32]</param>
    /// <param name="depth">The number of products a sum has.</param>
    /// <param name="bias">Eight numbers, one a row.</param>
    /// <param name="low">The lower limit.</param>
    /// <param name="high">The upper limit.</param>
    /// <param name="c">The tile's first element in the result.</param>
    /// <param name="stride">The distance between the result's rows.</param>
    /// <param name="rows">How many of the rows exist.</param>
    /// <param name="columns">How many of the columns exist.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(float* strip, float* panel, int depth, float* bias, float low, float high, float* c, int stride, int rows, int columns)
    {
        // Sixteen columns at the least are computed; the rest of the panel is only touched where it is wanted.
        int width = columns > Columns / 2 ? Columns : Columns / 2;
        if (rows == Rows && columns == Columns)
        {
            _run(strip, panel, depth, bias, c, stride, width, low, high);
            return;
        }

        float* tile = stackalloc float[Rows * Columns];
        _run(strip, panel, depth, bias, tile, Columns, width, low, high);
        for (int r = 0; r < rows; r++)
        {
            new ReadOnlySpan<float>(tile + r * Columns, columns).CopyTo(new Span<float>(c + r * stride, columns));
        }
    }
}

/// <summary>The kernels for products of floats.</summary>
public static unsafe class FloatTileKernels
{
    /// <summary>All kernels, fastest first. The last runs everywhere.</summary>
    public static IReadOnlyList<FloatTileKernel> All { get; } =
    [
        new("avx512", System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated, &FloatTile_8x32_Vector512.Run),
        new("vector256", true, &FloatTile_8x32_Vector256.Run),
    ];

    /// <summary>The fastest that this processor runs in hardware.</summary>
    public static FloatTileKernel Best { get; } = All.First(k => k.IsSupported);
}
