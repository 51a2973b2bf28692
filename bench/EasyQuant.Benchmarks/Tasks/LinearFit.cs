namespace EasyQuant.Benchmarks.Tasks;

/// <summary>Least squares of many rows, of which only the sums of products are kept.</summary>
internal sealed class LinearFit
{
    private readonly double[][] _gram;
    private readonly double[][] _products;

    public LinearFit(int inputs, int targets)
    {
        _gram = [.. Enumerable.Range(0, inputs).Select(_ => new double[inputs])];
        _products = [.. Enumerable.Range(0, inputs).Select(_ => new double[targets])];
    }

    public void Add(double[] row, double[] targets)
    {
        for (int i = 0; i < row.Length; i++)
        {
            double factor = row[i];
            if (factor != 0)
            {
                AddScaled(_gram[i].AsSpan(0, i + 1), row, factor);
                AddScaled(_products[i], targets, factor);
            }
        }
    }

    /// <summary>The weights, by input and target, with <c>ridge · trace / inputs</c> on the diagonal; by Cholesky's decomposition <c>G = L Lᵀ</c>.</summary>
    public double[,] Solve(double ridge)
    {
        int n = _gram.Length;
        double added = ridge * Enumerable.Range(0, n).Sum(i => _gram[i][i]) / n;
        double[][] lower = [.. _gram.Select((row, i) => row[..(i + 1)])];
        for (int i = 0; i < n; i++)
        {
            lower[i][i] += added;
            for (int j = 0; j <= i; j++)
            {
                double rest = lower[i][j];
                for (int k = 0; k < j; k++)
                {
                    rest -= lower[i][k] * lower[j][k];
                }

                lower[i][j] = i == j ? Math.Sqrt(rest) : rest / lower[j][j];
            }
        }

        double[,] solution = new double[n, _products[0].Length];
        for (int t = 0; t < _products[0].Length; t++)
        {
            for (int i = 0; i < n; i++)
            {
                double rest = _products[i][t];
                for (int k = 0; k < i; k++)
                {
                    rest -= lower[i][k] * solution[k, t];
                }

                solution[i, t] = rest / lower[i][i];
            }

            for (int i = n - 1; i >= 0; i--)
            {
                double rest = solution[i, t];
                for (int k = i + 1; k < n; k++)
                {
                    rest -= lower[k][i] * solution[k, t];
                }

                solution[i, t] = rest / lower[i][i];
            }
        }

        return solution;
    }

    private static void AddScaled(Span<double> sums, double[] values, double factor)
    {
        for (int j = 0; j < sums.Length; j++)
        {
            sums[j] += factor * values[j];
        }
    }
}
