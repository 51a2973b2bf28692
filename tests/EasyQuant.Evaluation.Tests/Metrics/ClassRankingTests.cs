using EasyQuant.Evaluation.Metrics;
using Xunit;

namespace EasyQuant.Evaluation.Tests.Metrics;

public sealed class ClassRankingTests
{
    [Fact]
    public void OfEqualScores_TheLowestIndexIsBest() => Assert.Equal(1, ClassRanking.Best([0, 3, 3, 2]));

    [Fact]
    public void NaN_NeverWins() => Assert.Equal(2, ClassRanking.Best([float.NaN, float.NegativeInfinity, -1, float.NaN]));

    [Fact]
    public void PlaceOf_CountsWhatComesBefore()
    {
        float[] scores = [1, 5, 5, 0, 9];

        Assert.Equal([3, 1, 2, 4, 0], Enumerable.Range(0, 5).Select(i => ClassRanking.PlaceOf(scores, i)));
    }

    [Fact]
    public void Top_IsTheOrderOfPlaces()
    {
        float[] scores = [1, 5, float.NaN, 5, 0, 9];

        Assert.Equal([5, 1, 3], ClassRanking.Top(scores, 3));
        Assert.Equal(Enumerable.Range(0, 6).OrderBy(i => ClassRanking.PlaceOf(scores, i)), ClassRanking.Top(scores, 10));
    }
}
