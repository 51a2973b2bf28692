using EasyQuant.Evaluation.Metrics.Pictures;
using Xunit;

namespace EasyQuant.Evaluation.Tests.Metrics.Pictures;

public sealed class PictureMetricsTests
{
    [Fact]
    public void ADifferenceOfOneLevelEverywhere_Is48Decibels()
    {
        LevelPlane dark = new(4, 3, new double[12]);
        LevelPlane lighter = new(4, 3, [.. Enumerable.Repeat(1.0, 12)]);

        Assert.Equal(20 * Math.Log10(255), PeakSignalToNoise.Of(dark, lighter), 1e-12);
        Assert.Equal(double.PositiveInfinity, PeakSignalToNoise.Of(dark, dark));
    }

    [Fact]
    public void StructuralSimilarity_IsItsDefinition_WindowByWindow()
    {
        Random random = new(6);
        LevelPlane x = RandomPlane(random, 15, 13);
        LevelPlane y = RandomPlane(random, 15, 13);

        Assert.Equal(Reference(x, y), StructuralSimilarity.Of(x, y), 1e-9);
        Assert.Equal(1, StructuralSimilarity.Of(x, x), 1e-12);
    }

    [Fact]
    public void OfFlatPictures_OnlyTheLuminanceTermCounts()
    {
        LevelPlane a = new(11, 11, [.. Enumerable.Repeat(100.0, 121)]);
        LevelPlane b = new(11, 11, [.. Enumerable.Repeat(120.0, 121)]);
        const double c1 = 6.5025;

        Assert.Equal((2 * 100 * 120 + c1) / (100 * 100 + 120 * 120 + c1), StructuralSimilarity.Of(a, b), 1e-9);
    }

    [Fact]
    public void Luminance_IsRounded_Clamped_AndSpansFrom16To235()
    {
        float[] values = [9, 9, 9, 9, 9, 0, 0.4f, 9, 9, 1, 2, 9, 9, -1, float.NaN, 9, 9, 9, 9, 9];

        LevelPlane plane = LevelPlane.OfLuminance(values, 4, 5, border: 1, gain: 255);

        Assert.Equal((2, 3), (plane.Width, plane.Height));
        double[] levels = [plane[0, 0], plane[1, 0], plane[0, 1], plane[1, 1], plane[0, 2], plane[1, 2]];
        Assert.Equal([16, 16 + 102 * 219 / 255.0, 235, 235, 16, 16], levels);
    }

    [Fact]
    public void PicturesOfDifferentSizes_AreRefused()
    {
        LevelPlane wide = new(12, 11, new double[132]);
        LevelPlane high = new(11, 12, new double[132]);

        Assert.Throws<ArgumentException>(() => PeakSignalToNoise.Of(wide, high));
        Assert.Throws<ArgumentException>(() => StructuralSimilarity.Of(wide, high));
    }

    private static LevelPlane RandomPlane(Random random, int width, int height) =>
        new(width, height, [.. Enumerable.Range(0, width * height).Select(_ => (double)random.Next(256))]);

    private static double Reference(LevelPlane x, LevelPlane y)
    {
        double[,] weights = new double[11, 11];
        double total = 0;
        for (int r = 0; r < 11; r++)
        {
            for (int c = 0; c < 11; c++)
            {
                total += weights[r, c] = Math.Exp(-((r - 5) * (r - 5) + (c - 5) * (c - 5)) / (2 * 1.5 * 1.5));
            }
        }

        List<double> values = [];
        for (int top = 0; top <= x.Height - 11; top++)
        {
            for (int left = 0; left <= x.Width - 11; left++)
            {
                double mx = Mean((c, r) => x[c, r]), my = Mean((c, r) => y[c, r]);
                double vx = Mean((c, r) => Math.Pow(x[c, r] - mx, 2)), vy = Mean((c, r) => Math.Pow(y[c, r] - my, 2));
                double xy = Mean((c, r) => (x[c, r] - mx) * (y[c, r] - my));
                values.Add((2 * mx * my + 6.5025) * (2 * xy + 58.5225) / ((mx * mx + my * my + 6.5025) * (vx + vy + 58.5225)));

                double Mean(Func<int, int, double> of)
                {
                    double sum = 0;
                    for (int r = 0; r < 11; r++)
                    {
                        for (int c = 0; c < 11; c++)
                        {
                            sum += weights[r, c] / total * of(left + c, top + r);
                        }
                    }

                    return sum;
                }
            }
        }

        return values.Average();
    }
}
