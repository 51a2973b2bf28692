using EasyQuant.Kernels.IntegerProducts;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerProducts;

public sealed class ByteQuantizerTests
{
    [Theory]
    [InlineData(0.1f, 0, 0, 255)]
    [InlineData(0.037f, 128, 1, 255)]
    [InlineData(0.5f, 128, 65, 191)]
    [InlineData(3e-39f, 7, 0, 127)]
    public void Quantize_EqualsTheDefinition_AtEveryLength(float scale, int zeroPoint, int minimum, int maximum)
    {
        for (int length = 0; length <= 70; length++)
        {
            float[] source = [.. TestBytes.Reals(length, length).Select((x, i) => i % 3 == 0 ? (i - 35.5f) * scale : x)];
            AssertQuantized(source, scale, zeroPoint, minimum, maximum);
        }
    }

    [Fact]
    public void Quantize_RoundsTiesToEven_AndMeetsWhatIsNotFinite()
    {
        float[] source = [0.25f, 0.75f, 1.25f, -0.25f, -0.75f, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.Epsilon];

        // Once within a vector, once in what is left behind it.
        AssertQuantized([.. source, .. source], 0.5f, 100, 0, 255);
        byte[] quantized = new byte[source.Length];
        ByteQuantizer.Quantize(source, 0.5f, 100, 0, 255, quantized);
        Assert.Equal([100, 102, 102, 100, 98, 100, 100, 255, 0, 255, 100], quantized);
    }

    [Fact]
    public void Quantize_RefusesADestination_ThatIsTooShort() => Assert.Throws<ArgumentException>(
        () => ByteQuantizer.Quantize(new float[3], 1, 0, 0, 255, new byte[2]));

    private static void AssertQuantized(float[] source, float scale, int zeroPoint, int minimum, int maximum)
    {
        byte[] quantized = new byte[source.Length];
        ByteQuantizer.Quantize(source, scale, zeroPoint, minimum, maximum, quantized);
        Assert.Equal(source.Select(x => Definition(x, scale, zeroPoint, minimum, maximum)), quantized);
    }

    // Clamped before the zero point is added: sums with infinity would not be integers.
    private static byte Definition(float x, float scale, int zeroPoint, int minimum, int maximum)
    {
        float rounded = MathF.Round(x / scale, MidpointRounding.ToEven);
        return float.IsNaN(rounded) ? (byte)zeroPoint : (byte)(zeroPoint + (int)Math.Clamp(rounded, minimum - zeroPoint, maximum - zeroPoint));
    }
}
