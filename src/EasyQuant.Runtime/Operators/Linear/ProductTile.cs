using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>Multiplies a strip of 4 rows by a panel of 32 columns: <c>c = clamp(a · b + bias)</c>, accumulated in registers.</summary>
internal static unsafe class ProductTile
{
    public const int Rows = 4;
    public const int Columns = 32;

    /// <summary>Packs rows into strips: [row / 4][k][row % 4], missing rows zero.</summary>
    /// <param name="source">The element of row r and depth k lies at <c>r · rowStride + k · depthStride</c>.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="depth">The length of a row.</param>
    /// <param name="rowStride">The distance between rows.</param>
    /// <param name="depthStride">The distance within a row.</param>
    public static float[] PackStrips(ReadOnlySpan<float> source, int rows, int depth, int rowStride, int depthStride)
    {
        float[] strips = new float[checked((rows + Rows - 1) / Rows * Rows * depth)];
        for (int r = 0; r < rows; r++)
        {
            Span<float> strip = strips.AsSpan(r / Rows * Rows * depth + r % Rows);
            for (int k = 0; k < depth; k++)
            {
                strip[k * Rows] = source[r * rowStride + k * depthStride];
            }
        }

        return strips;
    }

    /// <summary>Computes one tile and stores its part that exists.</summary>
    /// <param name="strip">[k][4]</param>
    /// <param name="panel">[k][panelStride], 32 columns of it.</param>
    /// <param name="panelStride">The distance between the panel's rows.</param>
    /// <param name="depth">The number of products a sum has.</param>
    /// <param name="bias">One number for each row.</param>
    /// <param name="low">The lower limit.</param>
    /// <param name="high">The upper limit.</param>
    /// <param name="c">The tile's first element in the result.</param>
    /// <param name="cStride">The distance between the result's rows.</param>
    /// <param name="rows">How many of the rows exist.</param>
    /// <param name="columns">How many of the columns exist.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        float* strip, float* panel, int panelStride, int depth, float* bias, float low, float high, float* c, int cStride, int rows, int columns)
    {
        Vector512<float> c00 = Vector512.Create(bias[0]), c01 = c00;
        Vector512<float> c10 = Vector512.Create(bias[1]), c11 = c10;
        Vector512<float> c20 = Vector512.Create(bias[2]), c21 = c20;
        Vector512<float> c30 = Vector512.Create(bias[3]), c31 = c30;
        for (int k = 0; k < depth; k++)
        {
            Vector512<float> b0 = Vector512.Load(panel);
            Vector512<float> b1 = Vector512.Load(panel + 16);
            Vector512<float> a = Vector512.Create(strip[0]);
            c00 = Vector512.FusedMultiplyAdd(a, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(a, b1, c01);
            a = Vector512.Create(strip[1]);
            c10 = Vector512.FusedMultiplyAdd(a, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(a, b1, c11);
            a = Vector512.Create(strip[2]);
            c20 = Vector512.FusedMultiplyAdd(a, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(a, b1, c21);
            a = Vector512.Create(strip[3]);
            c30 = Vector512.FusedMultiplyAdd(a, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(a, b1, c31);
            strip += Rows;
            panel += panelStride;
        }

        if (rows == Rows && columns == Columns)
        {
            Store(c, c00, c01, low, high);
            Store(c + cStride, c10, c11, low, high);
            Store(c + 2 * cStride, c20, c21, low, high);
            Store(c + 3 * cStride, c30, c31, low, high);
            return;
        }

        float* tile = stackalloc float[Rows * Columns];
        Store(tile, c00, c01, low, high);
        Store(tile + Columns, c10, c11, low, high);
        Store(tile + 2 * Columns, c20, c21, low, high);
        Store(tile + 3 * Columns, c30, c31, low, high);
        for (int r = 0; r < rows; r++)
        {
            new ReadOnlySpan<float>(tile + r * Columns, columns).CopyTo(new Span<float>(c + r * cStride, columns));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector512<float> first, Vector512<float> second, float low, float high)
    {
        Vector512<float> minimum = Vector512.Create(low);
        Vector512<float> maximum = Vector512.Create(high);
        Vector512.Min(Vector512.Max(first, minimum), maximum).Store(c);
        Vector512.Min(Vector512.Max(second, minimum), maximum).Store(c + 16);
    }
}
