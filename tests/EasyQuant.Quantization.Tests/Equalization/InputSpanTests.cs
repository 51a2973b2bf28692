using EasyQuant.Quantization.Equalization;
using Xunit;

namespace EasyQuant.Quantization.Tests.Equalization;

public sealed class InputSpanTests
{
    [Fact]
    public void FlatEnds_AreLeftOut()
    {
        InputSpan span = InputSpan.Of(-40, 10, 0.01f, x => [.. x.Select(Silu)]);

        Assert.InRange(span.Low, -11f, -9f);
        Assert.Equal(10, span.Low + span.Width, 0.05f);

        // One value stands for all of the end: hardly another than those it stands for.
        Assert.InRange(Silu(span.Low), -0.001f, 0);
    }

    [Fact]
    public void BothEndsOfASigmoid_AreLeftOut()
    {
        InputSpan span = InputSpan.Of(-30, 30, 0.01f, x => [.. x.Select(v => 1 / (1 + MathF.Exp(-v)))]);

        Assert.InRange(span.Low, -10.5f, -9);
        Assert.InRange(span.Low + span.Width, 9, 10.5f);
    }

    [Fact]
    public void WhereTheFunctionChangesEverywhere_TheSpanIsTheRange() => Assert.Equal(new InputSpan(-3, 8), InputSpan.Of(-3, 5, 0.01f, x => x), new Near(0.01f));

    [Theory]
    [InlineData(2f, 2f)]
    [InlineData(2f, 2.001f)]
    public void ChannelsWithoutRange_GetTheLeastWidth(float low, float high) => Assert.Equal(new InputSpan(low, 0.5f), InputSpan.Of(low, high, 0.5f, x => x));

    private static float Silu(float x) => x / (1 + MathF.Exp(-x));

    private sealed class Near(float tolerance) : IEqualityComparer<InputSpan>
    {
        public bool Equals(InputSpan x, InputSpan y) => MathF.Abs(x.Low - y.Low) <= tolerance && MathF.Abs(x.Width - y.Width) <= tolerance;

        public int GetHashCode(InputSpan span) => 0;
    }
}
