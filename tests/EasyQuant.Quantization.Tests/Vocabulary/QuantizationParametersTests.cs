using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests.Vocabulary;

public sealed class QuantizationParametersTests
{
    [Theory]
    [InlineData(8, true, -127, 127)]
    [InlineData(7, true, -63, 63)]
    [InlineData(4, true, -7, 7)]
    [InlineData(8, false, 0, 255)]
    [InlineData(7, false, 0, 127)]
    public void Ranges_AreSymmetricWhereSigned(int bits, bool signed, int minimum, int maximum)
    {
        IntegerRange range = new(bits, signed);
        Assert.Equal((minimum, maximum), (range.Minimum, range.Maximum));
    }

    [Theory]
    [InlineData(0.5f, 0)]
    [InlineData(1.5f, 2)]
    [InlineData(2.5f, 2)]
    [InlineData(-0.5f, 0)]
    [InlineData(-1.5f, -2)]
    [InlineData(1000f, 127)]
    [InlineData(-1000f, -127)]
    [InlineData(float.NaN, 0)]
    public void Quantize_RoundsHalfToEvenAndClamps(float x, int expected) =>
        Assert.Equal(expected, QuantizationParameters.ForWeights(new IntegerRange(8, signed: true), [1f], 0).Quantize(x));

    [Fact]
    public void SignedAndUnsignedStorage_HoldTheSameReals()
    {
        foreach (bool signed in (bool[])[true, false])
        {
            for (int bits = IntegerRange.MinimumBits; bits <= IntegerRange.MaximumBits; bits++)
            {
                IntegerRange range = new(bits, signed);
                QuantizationParameters asUnsigned = QuantizationParameters.ForActivations(range, 0.3f, DataType.UInt8);
                QuantizationParameters asSigned = QuantizationParameters.ForActivations(range, 0.3f, DataType.Int8);
                for (float x = -60; x < 60; x += 0.07f)
                {
                    int q = asUnsigned.Quantize(x);
                    Assert.InRange(q, 0, 255);
                    Assert.InRange(asSigned.Quantize(x), -128, 127);
                    Assert.Equal(asUnsigned.Dequantize(q), asSigned.Dequantize(asSigned.Quantize(x)));
                }
            }
        }
    }

    [Fact]
    public void OnlyEightBits_FillTheStorage()
    {
        Assert.True(QuantizationParameters.ForActivations(new IntegerRange(8, signed: false), 1, DataType.UInt8).FillsStorage);
        Assert.True(QuantizationParameters.ForActivations(new IntegerRange(8, signed: true), 1, DataType.UInt8).FillsStorage);
        Assert.True(QuantizationParameters.ForActivations(new IntegerRange(8, signed: true), 1, DataType.Int8).FillsStorage);
        Assert.False(QuantizationParameters.ForActivations(new IntegerRange(7, signed: false), 1, DataType.UInt8).FillsStorage);
    }
}
