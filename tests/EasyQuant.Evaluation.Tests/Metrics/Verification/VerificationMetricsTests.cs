using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics.Verification;
using Xunit;

namespace EasyQuant.Evaluation.Tests.Metrics.Verification;

public sealed class VerificationMetricsTests
{
    [Fact]
    public void Pairs_AreAllOfTheSamePerson_AndAsManyOthers()
    {
        int[] persons = [.. Enumerable.Range(0, 12).Select(i => i / 4)];

        IReadOnlyList<VerificationPair> pairs = VerificationPairs.Draw(persons, seed: 1);

        Assert.Equal(3 * 6, pairs.Count(p => p.IsSame));
        Assert.Equal(36, pairs.Distinct().Count());
        Assert.All(pairs, p => Assert.Equal(p.IsSame, persons[p.First] == persons[p.Second]));
        Assert.All(pairs, p => Assert.True(p.First < p.Second));
        Assert.Equal(pairs, VerificationPairs.Draw(persons, seed: 1));
        Assert.NotEqual(pairs, VerificationPairs.Draw(persons, seed: 2));
    }

    [Fact]
    public void OnePersonOnly_AndPersonsSeenOnce_AreRefused()
    {
        Assert.Contains("one person", Assert.Throws<InvalidSampleException>(() => VerificationPairs.Draw([0, 0, 0], 0)).Message);
        Assert.Contains("No person has two", Assert.Throws<InvalidSampleException>(() => VerificationPairs.Draw([0, 1, 2], 0)).Message);
    }

    [Fact]
    public void TheArea_IsHowOftenASamePairIsMoreSimilar()
    {
        Assert.Equal(1, RocCurve.Area([0.9, 0.8, 0.1], [true, true, false]));
        Assert.Equal(0.5, RocCurve.Area([0.3, 0.3], [true, false]));
        Assert.True(double.IsNaN(RocCurve.Area([0.3, 0.4], [true, true])));

        Random random = new(4);
        for (int round = 0; round < 50; round++)
        {
            (double[] similarities, bool[] isSame) = RandomPairs(random, 40);
            double[] same = [.. similarities.Where((_, i) => isSame[i])];
            double[] different = [.. similarities.Where((_, i) => !isSame[i])];

            double expected = same.Average(s => different.Average(d => s > d ? 1 : s == d ? 0.5 : 0));
            Assert.Equal(expected, RocCurve.Area(similarities, isSame), 1e-12);
        }
    }

    [Fact]
    public void EveryFold_IsJudgedByTheThresholdThatIsBestOnTheOthers()
    {
        Random random = new(5);
        for (int round = 0; round < 50; round++)
        {
            (double[] similarities, bool[] isSame) = RandomPairs(random, 70);

            Assert.Equal(Reference(similarities, isSame), FoldedAccuracy.Judge(similarities, isSame));
        }
    }

    [Fact]
    public void SeparablePairs_AreAllJudgedRightly()
    {
        bool[] isSame = [.. Enumerable.Range(0, 40).Select(i => i % 2 == 0)];

        Assert.DoesNotContain(false, FoldedAccuracy.Judge([.. isSame.Select((s, i) => s ? 0.5 + i / 1000.0 : 0.4 - i / 1000.0)], isSame));
    }

    [Fact]
    public void ThePairToBeJudged_HasNoSayInItsThreshold()
    {
        // The only same pair of a low similarity: were it among those that choose, the threshold would let it pass.
        double[] similarities = [.. Enumerable.Repeat(0.9, 9), 0.2, .. Enumerable.Repeat(0.1, 10)];
        bool[] isSame = [.. Enumerable.Repeat(true, 10), .. Enumerable.Repeat(false, 10)];

        bool[] right = FoldedAccuracy.Judge(similarities, isSame);

        Assert.Equal(9, Array.IndexOf(right, false));
        Assert.Equal(19, right.Count(r => r));
    }

    // Similarities of few levels, so that many are equal.
    private static (double[] Similarities, bool[] IsSame) RandomPairs(Random random, int count)
    {
        bool[] isSame = [.. Enumerable.Range(0, count).Select(i => i < 2 ? i == 0 : random.Next(2) == 0)];
        return ([.. isSame.Select(s => (random.Next(20) + (s ? 6 : 0)) / 30.0)], isSame);
    }

    private static bool[] Reference(double[] similarities, bool[] isSame)
    {
        int[] places = [.. isSame.Select((s, i) => isSame[..i].Count(o => o == s))];
        int[] folds = [.. isSame.Select((s, i) => places[i] * FoldedAccuracy.Folds / isSame.Count(o => o == s))];
        return [.. similarities.Select((similarity, i) =>
        {
            int[] others = [.. Enumerable.Range(0, folds.Length).Where(o => folds[o] != folds[i])];
            double[] levels = [.. others.Select(o => similarities[o]).Distinct().Order()];
            double[] candidates = [double.NegativeInfinity, .. levels.Zip(levels.Skip(1), (a, b) => (a + b) / 2), double.PositiveInfinity];
            double best = candidates.MaxBy(c => others.Count(o => similarities[o] >= c == isSame[o]));
            return similarity >= best == isSame[i];
        })];
    }
}
