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

    /// <summary>The matrix a[p, k] in quads, its positions laid out in these runs; what is not an element holds <paramref name="padding"/>.</summary>
    public static QuadMatrix Quads(byte[] a, PositionRuns positions, int rowLength, byte padding = 0)
    {
        int groups = (rowLength + 3) / 4;
        byte[] bytes = new byte[groups * 4 * positions.End + QuadMatrix.Slack];
        Array.Fill(bytes, padding);
        int index = 0;
        foreach (PositionRuns.Run run in positions.Runs)
        {
            for (int p = run.Start; p < run.Start + run.Length; p++, index++)
            {
                for (int k = 0; k < rowLength; k++)
                {
                    bytes[4 * (k / 4 * positions.End + p) + k % 4] = a[index * rowLength + k];
                }
            }
        }

        int[] offsets = [.. Enumerable.Range(0, groups).Select(g => 4 * g * positions.End)];
        return new QuadMatrix(bytes, offsets, positions);
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
