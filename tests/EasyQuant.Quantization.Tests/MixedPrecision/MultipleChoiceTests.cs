using EasyQuant.Quantization.MixedPrecision;
using Xunit;

namespace EasyQuant.Quantization.Tests.MixedPrecision;

public sealed class MultipleChoiceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Answer_IsAsGoodAsTryingAll(int seed)
    {
        Random random = new(seed);

        // Whole weights of a capacity that divides the solver's steps: nothing is rounded.
        const int Capacity = 64;
        double[][] costs = [.. Enumerable.Range(0, 6).Select(_ => Enumerable.Range(0, 4).Select(_ => (double)random.Next(100)).ToArray())];
        double[][] weights = [.. Enumerable.Range(0, 6).Select(_ => Enumerable.Range(0, 4).Select(_ => (double)random.Next(30)).ToArray())];
        double least = double.PositiveInfinity;
        for (int code = 0; code < 4096; code++)
        {
            int[] choice = [.. Enumerable.Range(0, 6).Select(i => code >> (2 * i) & 3)];
            if (choice.Select((c, i) => weights[i][c]).Sum() <= Capacity)
            {
                least = Math.Min(least, choice.Select((c, i) => costs[i][c]).Sum());
            }
        }

        int[] answer = MultipleChoice.Minimize(costs, weights, Capacity)!;
        Assert.True(answer.Select((c, i) => weights[i][c]).Sum() <= Capacity);
        Assert.Equal(least, answer.Select((c, i) => costs[i][c]).Sum());
    }

    [Fact]
    public void WeightsThatAreNoMultiples_StillHoldTheCapacity()
    {
        double[][] costs = [.. Enumerable.Range(0, 50).Select(_ => new double[] { 9, 4, 1 })];
        double[][] weights = [.. Enumerable.Range(0, 50).Select(i => new[] { 0, 0.1 / 3 * (i + 1), 0.7 / 3 * (i + 1) })];
        int[] answer = MultipleChoice.Minimize(costs, weights, 10)!;
        Assert.InRange(answer.Select((c, i) => weights[i][c]).Sum(), 9, 10);
    }

    [Fact]
    public void NothingThatHoldsTheCapacity_GivesNothing() => Assert.Null(MultipleChoice.Minimize([[1, 2]], [[5, 6]], 4));

    [Fact]
    public void AWeightThatIsNoNumber_IsRefused() => Assert.Throws<ArgumentException>(() => MultipleChoice.Minimize([[1]], [[double.NaN]], 4));
}
