using EasyQuant.Kernels.FloatProducts;

namespace EasyQuant.Quantization.Algorithms.WeightReconstruction;

/// <summary>The lower triangle L with <c>L Lᵀ = H</c> of a symmetric positive definite H.</summary>
internal sealed class CholeskyFactor
{
    private readonly double[][] _rows;
    private readonly double[][] _columns;

    private CholeskyFactor(double[][] rows)
    {
        _rows = rows;
        _columns = new double[rows.Length][];
        for (int j = 0; j < rows.Length; j++)
        {
            _columns[j] = new double[rows.Length - j];
            for (int i = j; i < rows.Length; i++)
            {
                _columns[j][i - j] = rows[i][j];
            }
        }
    }

    /// <summary>The factor of the matrix with these rows, of which the lower triangle is read.</summary>
    /// <exception cref="ArgumentException">The matrix is not positive definite.</exception>
    public static CholeskyFactor Of(double[][] matrix)
    {
        double[][] rows = new double[matrix.Length][];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = new double[i + 1];
            for (int j = 0; j < i; j++)
            {
                rows[i][j] = (matrix[i][j] - OrderedDot.Of(rows[i].AsSpan(0, j), rows[j].AsSpan(0, j))) / rows[j][j];
            }

            double square = matrix[i][i] - OrderedDot.Of(rows[i].AsSpan(0, i), rows[i].AsSpan(0, i));
            if (!(square > 0) || double.IsInfinity(square))
            {
                throw new ArgumentException($"The matrix is not positive definite: row {i} leaves {square}.", nameof(matrix));
            }

            rows[i][i] = Math.Sqrt(square);
        }

        return new CholeskyFactor(rows);
    }

    /// <summary>Rows and columns.</summary>
    public int Size => _rows.Length;

    /// <summary><c>L[j, j]</c>.</summary>
    public double Diagonal(int j) => _rows[j][j];

    /// <summary><c>L[j + 1 …, j]</c>.</summary>
    public ReadOnlySpan<double> Below(int j) => _columns[j].AsSpan(1);

    /// <summary>Replaces the right side of <c>H x = y</c> by x.</summary>
    public void Solve(Span<double> y)
    {
        for (int i = 0; i < Size; i++)
        {
            y[i] = (y[i] - OrderedDot.Of(_rows[i].AsSpan(0, i), y[..i])) / _rows[i][i];
        }

        for (int j = Size - 1; j >= 0; j--)
        {
            y[j] = (y[j] - OrderedDot.Of(Below(j), y[(j + 1)..])) / _rows[j][j];
        }
    }
}
