namespace EasyQuant.Kernels.Tests.IntegerWinograd;

/// <summary>The matrices of F(4 × 4, 3 × 3) without fractions, as they are published, and products with them in exact integers.</summary>
internal static class WinogradMatrices
{
    public static long[,] InputTransposed { get; } = new long[,]
    {
        { 4, 0, -5, 0, 1, 0 }, { 0, -4, -4, 1, 1, 0 }, { 0, 4, -4, -1, 1, 0 }, { 0, -2, -1, 2, 1, 0 }, { 0, 2, -1, -2, 1, 0 }, { 0, 4, 0, -5, 0, 1 },
    };

    /// <summary>24 G, but for the signs of two rows; the last row is that of 6 G.</summary>
    public static long[,] Weights { get; } = new long[,] { { 6, 0, 0 }, { 4, 4, 4 }, { 4, -4, 4 }, { 1, 2, 4 }, { 1, -2, 4 }, { 0, 0, 6 } };

    /// <summary>Aᵀ with those signs, its last column four times as large.</summary>
    public static long[,] OutputTransposed { get; } = new long[,] { { 1, -1, -1, 1, 1, 0 }, { 0, -1, 1, 2, -2, 0 }, { 0, -1, -1, 4, 4, 0 }, { 0, -1, 1, 8, -8, 4 } };

    /// <summary><c>L X Lᵀ</c>.</summary>
    public static long[,] Transform(long[,] left, long[,] x)
    {
        (int rows, int depth) = (left.GetLength(0), left.GetLength(1));
        long[,] result = new long[rows, rows];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < rows; j++)
            {
                for (int k = 0; k < depth; k++)
                {
                    for (int l = 0; l < depth; l++)
                    {
                        result[i, j] += left[i, k] * x[k, l] * left[j, l];
                    }
                }
            }
        }

        return result;
    }
}
