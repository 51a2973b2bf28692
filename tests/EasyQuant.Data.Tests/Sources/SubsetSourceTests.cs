using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Data.Sources;

public sealed class SubsetSourceTests
{
    private static readonly ISampleSource Hundred = new Numbers(100);

    [Fact]
    public void ASeed_AlwaysDrawsTheSame()
    {
        IReadOnlyList<int> drawn = SubsetSource.Draw(Hundred, 5, 42).Indices;

        Assert.Equal(SubsetSource.Draw(Hundred, 5, 42).Indices, drawn);
        Assert.Equal(drawn.Order(), drawn);
        Assert.NotEqual(SubsetSource.Draw(Hundred, 5, 43).Indices, drawn);
    }

    [Fact]
    public void TheGenerator_IsSplitMix64()
    {
        // The published first outputs for the state 1234567.
        SplitMix64 random = new(1234567);
        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423], Enumerable.Range(0, 3).Select(_ => random.Next()).ToArray());
    }

    [Fact]
    public void Draws_AreWithoutRepetition_AndEquallyLikely()
    {
        int[] hits = new int[100];
        for (ulong seed = 0; seed < 4000; seed++)
        {
            IReadOnlyList<int> drawn = SubsetSource.Draw(Hundred, 10, seed).Indices;
            Assert.Equal(10, drawn.Distinct().Count());
            foreach (int index in drawn)
            {
                hits[index]++;
            }
        }

        // 400 expected; the standard deviation is sqrt(4000 · 0.1 · 0.9) = 19.
        Assert.All(hits, h => Assert.InRange(h, 400 - 95, 400 + 95));
    }

    [Fact]
    public void MoreThanThereAre_IsAll() => Assert.Equal(Enumerable.Range(0, 100), SubsetSource.Draw(Hundred, 500, 1).Indices);

    [Fact]
    public void Indices_ReadTheSamplesTheyName()
    {
        SubsetSource subset = new(Hundred, [7, 3]);

        Assert.Equal("3", subset.Read(1).Name);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SubsetSource(Hundred, [100]));
    }

    [Fact]
    public void Others_AreTheRest_InTheOrderOfTheSource()
    {
        SubsetSource five = new(new Numbers(5), [3, 1]);

        Assert.Equal([0, 2, 4], five.Others.Indices);
        Assert.Equal([1, 3], five.Others.Others.Indices);
        Assert.Empty(SubsetSource.Draw(Hundred, 100, 0).Others.Indices);
    }

    private sealed class Numbers(int count) : ISampleSource
    {
        public int Count => count;

        public Sample Read(int index) => new($"{index}", new Dictionary<string, Tensor>());
    }
}
