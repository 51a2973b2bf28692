namespace EasyQuant.Quantization.Equalization;

/// <summary>Which part of a channel's range a grid should cover, so that the function behind it comes out with the least squared error.</summary>
/// <remarks>
/// With the function's values y at the middle of each bin, n elements in it, and a span of bins [first, last) with 2^b − 1 steps, the error is
/// <c>Σ_{below} n (y − y_first)² + Σ_{above} n (y − y_last)² + ((last − first) / (2^b − 1))² / 12 · Σ_{inside} n Δy²</c>, Δy being how far the function goes within a
/// bin. One end after the other takes its best place until neither moves.
/// </remarks>
internal static class SpanOfLeastError
{
    // A few are needed; the ends hardly depend on each other.
    private const int MostSweeps = 8;

    /// <summary>The best ends within those given.</summary>
    /// <param name="y">The function at equally spaced points, a multiple of the bins and one more.</param>
    /// <param name="first">The first point that the span may have.</param>
    /// <param name="last">The last point that it may have.</param>
    /// <param name="counts">Elements between the points, bin by bin.</param>
    /// <param name="bits">Bits of the grid.</param>
    public static (int First, int Last) Find(float[] y, int first, int last, ReadOnlySpan<int> counts, int bits)
    {
        int perBin = (y.Length - 1) / counts.Length;
        Sums sums = new(y, counts, perBin, bits);
        (int low, int high) = (first / perBin, (last + perBin - 1) / perBin);
        (int begin, int end) = (low, high);
        for (int sweep = 0; sweep < MostSweeps; sweep++)
        {
            int newEnd = Best(begin + 1, high, e => sums.Error(begin, e));
            int newBegin = Best(low, newEnd - 1, b => sums.Error(b, newEnd));
            if ((newBegin, newEnd) == (begin, end))
            {
                break;
            }

            (begin, end) = (newBegin, newEnd);
        }

        return (Math.Max(first, begin * perBin), Math.Min(last, end * perBin));
    }

    private static int Best(int from, int to, Func<int, double> error)
    {
        (int best, double least) = (from, double.PositiveInfinity);
        for (int place = from; place <= to; place++)
        {
            double value = error(place);
            if (value < least)
            {
                (best, least) = (place, value);
            }
        }

        return best;
    }

    // Over the bins before each: how many elements, the sums of y, y² and Δy².
    private sealed class Sums
    {
        private readonly float[] _y;
        private readonly int _perBin;
        private readonly double _steps;
        private readonly double[] _count, _sum, _squares, _slopes;

        public Sums(float[] y, ReadOnlySpan<int> counts, int perBin, int bits)
        {
            (_y, _perBin, _steps) = (y, perBin, (1 << bits) - 1);
            int bins = counts.Length;
            (_count, _sum, _squares, _slopes) = (new double[bins + 1], new double[bins + 1], new double[bins + 1], new double[bins + 1]);
            for (int bin = 0; bin < bins; bin++)
            {
                double middle = y[bin * perBin + perBin / 2];
                double slope = y[(bin + 1) * perBin] - y[bin * perBin];
                _count[bin + 1] = _count[bin] + counts[bin];
                _sum[bin + 1] = _sum[bin] + counts[bin] * middle;
                _squares[bin + 1] = _squares[bin] + counts[bin] * middle * middle;
                _slopes[bin + 1] = _slopes[bin] + counts[bin] * slope * slope;
            }
        }

        public double Error(int begin, int end)
        {
            double step = (end - begin) / _steps;
            return Distance(0, begin, _y[begin * _perBin]) + Distance(end, _count.Length - 1, _y[end * _perBin]) + step * step / 12 * (_slopes[end] - _slopes[begin]);
        }

        // Σ n (y − value)².
        private double Distance(int from, int to, double value) =>
            _squares[to] - _squares[from] - 2 * value * (_sum[to] - _sum[from]) + value * value * (_count[to] - _count[from]);
    }
}
