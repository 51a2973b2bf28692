namespace EasyQuant.Evaluation.Metrics.Pictures;

/// <summary>The structural similarity of two pictures (Wang, Bovik, Sheikh and Simoncelli, IEEE Transactions on Image Processing 13, 2004).</summary>
public static class StructuralSimilarity
{
    /// <summary>The window is so many pixels wide and high.</summary>
    public const int Window = 11;

    private const double Deviation = 1.5;
    private const double C1 = 0.01 * LevelPlane.Peak * (0.01 * LevelPlane.Peak);
    private const double C2 = 0.03 * LevelPlane.Peak * (0.03 * LevelPlane.Peak);

    private static readonly double[] s_weights = Gaussian();

    /// <summary>
    /// The mean over all windows that lie in the picture as a whole of
    /// <c>(2 μ_x μ_y + C1)(2 σ_xy + C2) / ((μ_x² + μ_y² + C1)(σ_x² + σ_y² + C2))</c>, means, variances and covariance weighted by a Gaussian of 11×11 pixels with
    /// deviation 1.5; <c>C1 = (0.01 · 255)²</c>, <c>C2 = (0.03 · 255)²</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The pictures differ in size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">They are smaller than the window.</exception>
    public static double Of(LevelPlane x, LevelPlane y)
    {
        x.RequireSizeOf(y);
        ArgumentOutOfRangeException.ThrowIfLessThan(Math.Min(x.Width, x.Height), Window, nameof(x));
        double[] meanX = Blur(x, (c, r) => x[c, r]);
        double[] meanY = Blur(x, (c, r) => y[c, r]);
        double[] squareX = Blur(x, (c, r) => x[c, r] * x[c, r]);
        double[] squareY = Blur(x, (c, r) => y[c, r] * y[c, r]);
        double[] product = Blur(x, (c, r) => x[c, r] * y[c, r]);
        double sum = 0;
        for (int i = 0; i < meanX.Length; i++)
        {
            (double mx, double my) = (meanX[i], meanY[i]);
            double luminance = (2 * mx * my + C1) / (mx * mx + my * my + C1);
            double structure = (2 * (product[i] - mx * my) + C2) / (squareX[i] - mx * mx + (squareY[i] - my * my) + C2);
            sum += luminance * structure;
        }

        return sum / meanX.Length;
    }

    // The two-dimensional window is the product of two of one dimension: first along rows, then along columns.
    private static double[] Blur(LevelPlane size, Func<int, int, double> level)
    {
        (int width, int height) = (size.Width - Window + 1, size.Height - Window + 1);
        double[] line = new double[size.Width];
        double[] rows = new double[width * size.Height];
        for (int r = 0; r < size.Height; r++)
        {
            for (int c = 0; c < line.Length; c++)
            {
                line[c] = level(c, r);
            }

            for (int c = 0; c < width; c++)
            {
                rows[r * width + c] = Weighted(line.AsSpan(c), 1);
            }
        }

        double[] result = new double[width * height];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Weighted(rows.AsSpan(i), width);
        }

        return result;
    }

    private static double Weighted(ReadOnlySpan<double> values, int step)
    {
        double sum = 0;
        for (int i = 0; i < Window; i++)
        {
            sum += s_weights[i] * values[i * step];
        }

        return sum;
    }

    private static double[] Gaussian()
    {
        double[] weights = [.. Enumerable.Range(0, Window).Select(i => Math.Exp(-Math.Pow(i - Window / 2, 2) / (2 * Deviation * Deviation)))];
        double sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }
}
