using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics.Detection;
using Xunit;

namespace EasyQuant.Evaluation.Tests.Metrics.Detection;

public sealed class NonMaximumSuppressionTests
{
    [Fact]
    public void OfBoxesAroundOneObject_TheBestStays_AndOtherClassesAreLeftAlone()
    {
        ScoredBox best = new(new Box(0, 0, 10, 10), 1, 0.9f);
        ScoredBox covered = new(new Box(1, 0, 11, 10), 1, 0.8f);
        ScoredBox otherClass = covered with { Class = 2 };
        ScoredBox far = new(new Box(20, 0, 30, 10), 1, 0.1f);

        Assert.Equal([best, otherClass, far], NonMaximumSuppression.Apply([far, covered, otherClass, best], 0.65));
    }

    [Fact]
    public void ABoxThatIsRemoved_RemovesNothingItself()
    {
        ScoredBox[] row = [.. Enumerable.Range(0, 3).Select(i => new ScoredBox(new Box(2 * i, 0, 2 * i + 10, 10), 0, 1 - 0.1f * i))];

        // Neighbours overlap by 8/12, the outer two by 6/14.
        Assert.Equal([row[0], row[2]], NonMaximumSuppression.Apply(row, 0.5));
    }

    [Fact]
    public void TheResult_IsThatOfTakingTheBestAndDeletingWhatItCovers()
    {
        Random random = new(1);
        for (int round = 0; round < 200; round++)
        {
            ScoredBox[] boxes = RandomScenes.Create(random).Detections;
            List<ScoredBox> left = [.. boxes.OrderByDescending(b => b.Score)];
            List<ScoredBox> kept = [];
            while (left.Count > 0)
            {
                ScoredBox best = left[0];
                kept.Add(best);
                left.RemoveAt(0);
                left.RemoveAll(b => b.Class == best.Class && b.Box.Overlap(best.Box) > 0.4);
            }

            Assert.Equal(kept.Order(s_order), NonMaximumSuppression.Apply(boxes, 0.4).Order(s_order));
        }
    }

    private static readonly Comparer<ScoredBox> s_order = Comparer<ScoredBox>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));
}
