using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Runtime.Tests.Operators;

public sealed class RandomNumbersTests
{
    [Fact]
    public void NormalNumbers_HaveTheMeanAndDeviationAskedFor()
    {
        float[] y = Draw("y = RandomNormal<shape=[20000], mean=3.0, scale=2.0, seed=1.0>()").AsSpan<float>().ToArray();

        // Four standard errors.
        Assert.Equal(3, y.Average(), 4 * 2 / Math.Sqrt(y.Length));
        Assert.Equal(4, y.Sum(v => (v - 3.0) * (v - 3)) / y.Length, 4 * 4 * Math.Sqrt(2.0 / y.Length));
    }

    [Fact]
    public void UniformNumbers_FillTheirInterval()
    {
        float[] y = Draw("y = RandomUniform<shape=[10000], low=-1.0, high=3.0, seed=1.0>()").AsSpan<float>().ToArray();

        Assert.All(y, v => Assert.InRange(v, -1, 3));
        Assert.All(y.GroupBy(v => Math.Floor(v)), g => Assert.InRange(g.Count(), 2300, 2700));
    }

    [Fact]
    public void ASeed_GivesTheSameNumbersEveryTime_AndAnotherSeedOthers()
    {
        byte[] Numbers(string seed) => Draw($"y = RandomUniform<shape=[100], seed={seed}>()").Bytes.ToArray();

        Assert.Equal(Numbers("1.0"), Numbers("1.0"));
        Assert.NotEqual(Numbers("1.0"), Numbers("2.0"));
    }

    [Fact]
    public void Classes_AreDrawnInProportion()
    {
        int[] drawn = Draw("y = Multinomial<sample_size=10000, seed=1.0>(f32[1,3]{0.0,1.0986123,-100.0})").AsSpan<int>().ToArray();

        Assert.InRange(drawn.Count(c => c == 1), 7300, 7700);
        Assert.DoesNotContain(2, drawn);
    }

    private static Tensor Draw(string call)
    {
        using GraphExecutor executor = new(GraphText.Parse($"(x: f32[1]) => (y)\n{call}", opset: 20), new ExecutorOptions { FoldConstants = false });
        return executor.Run(new Dictionary<string, Tensor> { ["x"] = Tensor.From<float>([0], [1]) })["y"];
    }
}
