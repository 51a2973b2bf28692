using EasyQuant.Kernels.FloatFunctions;
using Xunit;

namespace EasyQuant.Kernels.Tests.FloatFunctions;

public sealed class ExponentialFunctionsTests
{
    // The definition once more, one element at a time without vectors, so that every instruction set has the same to agree with.
    [Fact]
    public void EveryElement_HasTheBitsOfTheDefinition_WhereverItStands()
    {
        float[] all = [.. Interesting()];
        float[] exp = [.. all.Select(Exp)];
        float[] sigmoid = [.. all.Select(x => 1 / (1 + Exp(-x)))];
        for (int length = 0; length < 70; length++)
        {
            for (int start = 0; start + length <= all.Length; start += Math.Max(1, length))
            {
                AssertBits(exp.AsSpan(start, length), Applied(ExponentialFunctions.Exp, all.AsSpan(start, length)));
                AssertBits(sigmoid.AsSpan(start, length), Applied(ExponentialFunctions.Sigmoid, all.AsSpan(start, length)));
            }
        }
    }

    [Fact]
    public void Results_AreWithinTwoUnitsInTheLastPlace()
    {
        float[] x = [.. Interesting()];
        float[] exp = Applied(ExponentialFunctions.Exp, x);
        float[] sigmoid = Applied(ExponentialFunctions.Sigmoid, x);
        for (int i = 0; i < x.Length; i++)
        {
            AssertNear(Math.Exp(x[i]), exp[i], $"e^{x[i]}");
            AssertNear(x[i] < -88.73f ? 0 : 1 / (1 + Math.Exp(-(double)x[i])), sigmoid[i], $"sigmoid({x[i]})");
        }
    }

    [Fact]
    public void Input_MayBeOverwritten_AndRoomIsChecked()
    {
        float[] x = [.. Interesting().Take(37)];
        float[] expected = Applied(ExponentialFunctions.Exp, x);
        ExponentialFunctions.Exp(x, x);
        AssertBits(expected, x);
        Assert.Throws<ArgumentException>(() => ExponentialFunctions.Exp(new float[9], new float[8]));
    }

    private delegate void Function(ReadOnlySpan<float> x, Span<float> y);

    private static float[] Applied(Function function, ReadOnlySpan<float> x)
    {
        float[] y = new float[x.Length];
        function(x, y);
        return y;
    }

    private static IEnumerable<float> Interesting()
    {
        Random random = new(3);
        float[] special = [0, -0f, 1, -1, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.Epsilon, 88.72283f, 88.72284f, -87.33655f, -103.9f, -104f, 0.34657359f, 1e-8f];
        return special.Concat(Enumerable.Range(0, 4000).Select(i => (float)((random.NextDouble() * 2 - 1) * (i % 2 == 0 ? 110 : 3))));
    }

    private static float Exp(float x)
    {
        if (float.IsNaN(x))
        {
            return x;
        }

        float inside = Math.Clamp(x, -104.5f, 89.5f);
        float n = MathF.Round(inside * 1.44269504f);
        float r = MathF.FusedMultiplyAdd(n, -0.693147182464599609375f, inside);
        r = MathF.FusedMultiplyAdd(n, 1.904654299957767878541e-9f, r);
        float sum = 1f / 5040;
        foreach (float coefficient in (float[])[1f / 720, 1f / 120, 1f / 24, 1f / 6, 0.5f, 1, 1])
        {
            sum = MathF.FusedMultiplyAdd(sum, r, coefficient);
        }

        int exponent = (int)n;
        int half = exponent >> 1;
        return sum * MathF.ScaleB(1, half) * MathF.ScaleB(1, exponent - half);
    }

    private static void AssertNear(double exact, float found, string what)
    {
        if (double.IsNaN(exact) || (float)exact == found)
        {
            Assert.Equal(double.IsNaN(exact), float.IsNaN(found));
            return;
        }

        double unit = Math.Max(MathF.BitIncrement((float)exact) - (float)exact, float.Epsilon);
        Assert.True(Math.Abs(exact - found) <= 2 * unit, $"{what} is {exact}, not {found}");
    }

    private static void AssertBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> found)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(found[i]) && !(float.IsNaN(expected[i]) && float.IsNaN(found[i])))
            {
                Assert.Fail($"{expected[i]:R} was expected at {i} of {expected.Length}, and {found[i]:R} found.");
            }
        }
    }
}
