using EasyQuant.Runtime.Operators.Elementwise;
using Xunit;

namespace EasyQuant.Runtime.Tests.Operators;

public sealed class TanhTests
{
    [Fact]
    public void NearZero_EveryDigitIsKept()
    {
        float[] x = [.. Enumerable.Range(0, 64).Select(i => MathF.ScaleB(1.25f, -i / 2))];
        float[] y = new float[x.Length];

        new Tanh().Apply<float>(x, y, new float[x.Length]);

        Assert.All(x.Zip(y), p => Assert.Equal(1, p.Second / Math.Tanh(p.First), 1e-6));
    }
}
