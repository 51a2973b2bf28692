using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics.Detection;
using Xunit;

namespace EasyQuant.Evaluation.Tests.Metrics.Detection;

public sealed class MeanAveragePrecisionTests
{
    private static readonly Box s_box = new(0, 0, 10, 10);
    private static readonly Box s_elsewhere = new(50, 50, 60, 60);

    [Fact]
    public void FindingEverything_IsAHundred_AndNothingIsZero()
    {
        PictureMatches all = PictureMatches.Of([new ScoredBox(s_box, 0, 1)], [new LabelledBox(s_box, 0)]);
        PictureMatches none = PictureMatches.Of([], [new LabelledBox(s_box, 0)]);

        Assert.Equal(new AveragePrecisions(100, 100), On([all], 1));
        Assert.Equal(new AveragePrecisions(0, 0), On([none], 1));
        Assert.Equal(double.NaN, On([PictureMatches.Of([], [])], 1).Ap);
    }

    [Fact]
    public void AWrongDetection_BetweenTwoRightOnes_CostsWhatTheCurveSays()
    {
        PictureMatches picture = PictureMatches.Of(
            [new ScoredBox(s_box, 0, 0.9f), new ScoredBox(new Box(80, 80, 90, 90), 0, 0.8f), new ScoredBox(s_elsewhere, 0, 0.7f)],
            [new LabelledBox(s_box, 0), new LabelledBox(s_elsewhere, 0)]);

        // Precision 1 up to recall 1/2 (51 of 101 recalls), then 2/3 (50 of them).
        Assert.Equal(100 * (51 + 50 * 2 / 3.0) / 101, On([picture], 1).Ap50, 1e-9);
    }

    [Fact]
    public void AHalfOverlap_CountsAt50_ButNotAtTheOtherThresholds()
    {
        PictureMatches picture = PictureMatches.Of([new ScoredBox(new Box(0, 0, 10, 5.2), 0, 1)], [new LabelledBox(s_box, 0)]);

        Assert.Equal(new AveragePrecisions(10, 100), On([picture], 1));
    }

    [Fact]
    public void TheMean_GoesOverClassesThatHaveObjects()
    {
        PictureMatches picture = PictureMatches.Of(
            [new ScoredBox(s_box, 0, 1), new ScoredBox(s_box, 7, 1)], [new LabelledBox(s_box, 0), new LabelledBox(s_box, 3)]);

        Assert.Equal(50, On([picture], 1).Ap);
    }

    [Fact]
    public void TheMeasure_IsItsDefinition_CutoffByCutoff()
    {
        Random random = new(2);
        for (int round = 0; round < 60; round++)
        {
            PictureMatches[] pictures = [.. Enumerable.Range(0, 6).Select(_ => RandomScenes.Create(random)).Select(s => PictureMatches.Of(s.Detections, s.Objects))];

            Assert.Equal(Reference(pictures), On(pictures, [.. Enumerable.Repeat(1, 6)]).Ap, 1e-9);
        }
    }

    [Fact]
    public void APictureThatComesTwice_IsLikeTwoPictures()
    {
        Random random = new(3);
        for (int round = 0; round < 60; round++)
        {
            // Of equal scores within a picture the copies would take turns.
            PictureMatches[] pictures = [.. Enumerable.Range(0, 4).Select(_ => RandomScenes.Create(random, levels: 1 << 20)).Select(s => PictureMatches.Of(s.Detections, s.Objects))];
            int[] times = [2, 0, 1, 3];

            PictureMatches[] repeated = [.. pictures.SelectMany((p, i) => Enumerable.Repeat(p, times[i]))];
            Assert.Equal(On(repeated, [.. repeated.Select(_ => 1)]).Ap, On(pictures, times).Ap, 1e-9);
        }
    }

    private static AveragePrecisions On(PictureMatches[] pictures, params int[] times) => new MeanAveragePrecision(pictures).On(times);

    // For every recall the best precision of all prefixes that reach it, prefixes of the stable order by score.
    private static double Reference(PictureMatches[] pictures)
    {
        int[] classes = [.. pictures.SelectMany(p => p.ObjectClasses).Distinct()];
        return classes.Length == 0 ? double.NaN : 100 * classes.Average(c => Enumerable.Range(0, OverlapThresholds.Count).Average(t =>
        {
            int objects = pictures.Sum(p => p.ObjectClasses.Count(o => o == c));
            MatchedDetection[] counted = [.. pictures.SelectMany(p => p.Detections).Where(d => d.Class == c && (d.Ignored >> t & 1) == 0).OrderByDescending(d => d.Score)];
            (int Found, double Precision)[] prefixes = [.. Enumerable.Range(1, counted.Length).Select(n => (counted[..n].Count(d => (d.Found >> t & 1) == 1), counted[..n].Count(d => (d.Found >> t & 1) == 1) / (double)n))];
            return Enumerable.Range(0, 101).Average(k => prefixes.Where(p => 100 * p.Found >= k * objects).Select(p => p.Precision).DefaultIfEmpty(0).Max());
        }));
    }
}
