using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics.Detection;
using Xunit;

namespace EasyQuant.Evaluation.Tests.Metrics.Detection;

public sealed class PictureMatchesTests
{
    private const ushort All = (1 << OverlapThresholds.Count) - 1;

    private static readonly Box s_box = new(0, 0, 10, 10);

    [Fact]
    public void ADetection_FindsItsObject_UpToItsOverlap()
    {
        // 8/10 of the object, nothing beside it.
        PictureMatches matches = PictureMatches.Of([new ScoredBox(new Box(0, 0, 10, 8), 0, 1)], [new LabelledBox(s_box, 0)]);

        // 0.50 to 0.80 are seven thresholds.
        Assert.Equal(0b1111111, Assert.Single(matches.Detections).Found);
    }

    [Fact]
    public void AnObject_IsFoundOnce_ByTheBestDetection()
    {
        PictureMatches matches = PictureMatches.Of(
            [new ScoredBox(s_box, 0, 0.5f), new ScoredBox(new Box(0, 0, 10, 9), 0, 0.9f)], [new LabelledBox(s_box, 0)]);

        // From 0.95 on the better one does not reach the object, so that the other may have it.
        Assert.Equal([All >> 1, 1 << 9], matches.Detections.Select(d => (int)d.Found));
    }

    [Fact]
    public void ADetection_InACrowd_IsNeitherRightNorWrong_HoweverManyThereAre()
    {
        LabelledBox crowd = new(new Box(0, 0, 100, 100), 0, IsCrowd: true);

        PictureMatches matches = PictureMatches.Of([new ScoredBox(s_box, 0, 0.9f), new ScoredBox(s_box, 0, 0.8f)], [crowd]);

        Assert.All(matches.Detections, d => Assert.Equal((0, All), (d.Found, d.Ignored)));
        Assert.Empty(matches.ObjectClasses);
    }

    [Fact]
    public void AnObject_GoesBeforeTheCrowdAroundIt()
    {
        LabelledBox[] truth = [new(new Box(0, 0, 100, 100), 0, IsCrowd: true), new(s_box, 0)];

        PictureMatches matches = PictureMatches.Of([new ScoredBox(new Box(0, 0, 10, 8), 0, 1)], truth);

        MatchedDetection only = Assert.Single(matches.Detections);
        Assert.Equal((0b1111111, 0b1110000000), (only.Found, only.Ignored));
    }

    [Fact]
    public void OtherClasses_AreOtherObjects() =>
        Assert.Equal(0, Assert.Single(PictureMatches.Of([new ScoredBox(s_box, 1, 1)], [new LabelledBox(s_box, 0)]).Detections).Found);

    [Fact]
    public void OfEachClass_TheHundredBestCount()
    {
        ScoredBox[] boxes = [.. Enumerable.Range(0, 150).Select(i => new ScoredBox(s_box, i % 2 == 0 ? 0 : 1, i))];

        PictureMatches matches = PictureMatches.Of([.. boxes, .. boxes.Select(b => b with { Class = 0, Score = -b.Score })], []);

        Assert.Equal(100, matches.Detections.Count(d => d.Class == 0));
        Assert.Equal(75, matches.Detections.Count(d => d.Class == 1));
    }
}
