using EasyQuant.Kernels.IntegerProducts;

namespace EasyQuant.Kernels.Tests.IntegerProducts;

/// <summary>Seeded operands, and their layout written out element by element.</summary>
internal static class TestBytes
{
    public static byte[] Unsigned(int seed, int count)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static sbyte[][] Rows(int seed, int rows, int rowLength)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, rowLength).Select(_ => (sbyte)random.Next(-128, 128)).ToArray())];
    }

    public static float[] Reals(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * 8)];
    }

    /// <summary>The matrix a[p, k] as panels; what is padding holds <paramref name="padding"/>.</summary>
    public static byte[] Panels(byte[] a, int positions, int rowLength, byte padding = 0)
    {
        byte[] panels = new byte[BytePanels.ByteLength(positions, rowLength)];
        Array.Fill(panels, padding);
        for (int p = 0; p < positions; p++)
        {
            for (int k = 0; k < rowLength; k++)
            {
                panels[p / 16 * BytePanels.PanelLength(rowLength) + k / 4 * 64 + p % 16 * 4 + k % 4] = a[p * rowLength + k];
            }
        }

        return panels;
    }

    /// <summary><c>acc[r, p] = Σ_k W[r, k] · (A[p, k] − z)</c>, one product at a time.</summary>
    public static int[,] Accumulators(byte[] a, int positions, int zeroPoint, sbyte[][] rows)
    {
        int[,] accumulators = new int[rows.Length, positions];
        for (int r = 0; r < rows.Length; r++)
        {
            for (int p = 0; p < positions; p++)
            {
                for (int k = 0; k < rows[r].Length; k++)
                {
                    accumulators[r, p] = checked(accumulators[r, p] + rows[r][k] * (a[p * rows[r].Length + k] - zeroPoint));
                }
            }
        }

        return accumulators;
    }
}
