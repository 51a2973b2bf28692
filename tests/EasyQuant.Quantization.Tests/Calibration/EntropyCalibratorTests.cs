using EasyQuant.Quantization.Calibration.Entropy;
using EasyQuant.Quantization.Statistics;
using Xunit;

namespace EasyQuant.Quantization.Tests.Calibration;

public sealed class EntropyCalibratorTests
{
    private const int Bins = 2048;

    public static TheoryData<string, int, bool> Problems
    {
        get
        {
            TheoryData<string, int, bool> problems = [];
            foreach (string shape in (string[])["rectified normal", "long tail", "spike", "few distinct values"])
            {
                foreach (int bits in (int[])[8, 6, 4])
                {
                    problems.Add(shape, bits, true);
                    problems.Add(shape, bits, false);
                }
            }

            return problems;
        }
    }

    [Theory]
    [MemberData(nameof(Problems))]
    public void Threshold_IsOfTheLeastDivergence_ByTheDefinition(string shape, int bits, bool signed)
    {
        IntegerRange range = new(bits, signed);
        MagnitudeHistogram histogram = HistogramOf(Elements(shape));
        int chosen = (int)Math.Round(new EntropyCalibrator().ChooseThreshold(histogram.Maximum, histogram, range) / histogram.BinWidth);

        long[] counts = histogram.Counts.ToArray();
        double[] divergences = [.. Enumerable.Range(0, Bins + 1).Select(end => end < range.Maximum + 1 || ClippedShare(counts, end) > 0.01
            ? double.PositiveInfinity
            : ReferenceDivergence(counts, end, range.Maximum + 1))];
        Assert.Equal(divergences.Min(), divergences[chosen], 1e-12);
    }

    [Fact]
    public void Divergence_OfAnExampleByHand()
    {
        // Two levels over four bins: P = (1, 3, 0, 4 + 2) / 10; Q spreads (4) over two bins and (4) over the one that is filled.
        double expected = 0.1 * Math.Log(0.1 / 0.25) + 0.3 * Math.Log(0.3 / 0.25) + 0.6 * Math.Log(0.6 / 0.5);
        Assert.Equal(expected, EntropyCalibrator.Divergence([1, 3, 0, 4], 2, 2), 12);
    }

    [Fact]
    public void Divergence_IsInfinite_WhereTheClippedFallIntoAnEmptyBin() =>
        Assert.Equal(double.PositiveInfinity, EntropyCalibrator.Divergence([1, 3, 4, 0], 2, 2));

    [Fact]
    public void AUniformDistribution_IsKeptWhole()
    {
        // Clipping a uniform distribution always loses; the best threshold is its end.
        float[] elements = [.. Enumerable.Range(0, 204_800).Select(i => (i + 0.5f) / 204_800)];
        Assert.InRange(ThresholdOf(new EntropyCalibrator(), elements), 0.99, 1.0);
    }

    [Fact]
    public void Zeros_DoNotMoveTheThreshold()
    {
        float[] elements = Elements("rectified normal");
        double without = ThresholdOf(new EntropyCalibrator(), [.. elements.Where(x => x != 0)]);
        Assert.Equal(without, ThresholdOf(new EntropyCalibrator(), [.. elements, .. new float[elements.Length]]));
    }

    [Fact]
    public void ASpikeDoesNotHideTheElementsBeyondIt()
    {
        // A picture's plain background at 40 % of the range, as the network in the demo sees it.
        float[] elements = Elements("spike");
        double published = ThresholdOf(new EntropyCalibrator { LargestClippedShare = 1 }, elements);
        Assert.InRange(elements.Count(x => MathF.Abs(x) > published) / (double)elements.Length, 0.2, 0.3);
        double bounded = ThresholdOf(new EntropyCalibrator(), elements);
        Assert.InRange(elements.Count(x => MathF.Abs(x) > bounded) / (double)elements.Length, 0, 0.01);
    }

    private static double ThresholdOf(EntropyCalibrator calibrator, float[] elements)
    {
        MagnitudeHistogram histogram = HistogramOf(elements);
        return calibrator.ChooseThreshold(histogram.Maximum, histogram, new IntegerRange(8, signed: true));
    }

    private static float[] Elements(string shape)
    {
        Random random = new(3);
        float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return [.. Enumerable.Range(0, 40_000).Select(_ => shape switch
        {
            "rectified normal" => MathF.Max(0, Normal()),
            "long tail" => MathF.Pow(Normal(), 3),
            "spike" => (random.NextDouble() < 0.5 ? 0 : random.Next(256) / 255f) / 0.353f - 0.286f / 0.353f,
            _ => random.Next(1, 7) / 3f,
        })];
    }

    private static MagnitudeHistogram HistogramOf(float[] elements)
    {
        MagnitudeHistogram histogram = new(Bins, elements.Max(MathF.Abs));
        histogram.Add(elements);
        return histogram;
    }

    private static double ClippedShare(long[] counts, int end) => counts.Skip(end).Sum() / (double)counts.Sum();

    // S. Migacz, GTC 2017, step by step, each distribution written out.
    private static double ReferenceDivergence(long[] counts, int end, int levels)
    {
        double[] p = [.. counts.Take(end).Select(c => (double)c)];
        p[end - 1] += counts.Skip(end).Sum();
        double[] q = new double[end];
        int[] levelOf = new int[end];
        for (int level = 0; level < levels; level++)
        {
            Array.Fill(levelOf, level, level * end / levels, (level + 1) * end / levels - level * end / levels);
        }

        foreach (IGrouping<int, int> level in Enumerable.Range(0, end).GroupBy(bin => levelOf[bin]))
        {
            int[] filled = [.. level.Where(bin => counts[bin] > 0)];
            foreach (int bin in filled)
            {
                q[bin] = (double)level.Sum(b => counts[b]) / filled.Length;
            }
        }

        (double sumP, double sumQ) = (p.Sum(), q.Sum());
        return p.Zip(q, (a, b) => a == 0 ? 0 : a / sumP * Math.Log(a / sumP / (b / sumQ))).Sum();
    }
}
