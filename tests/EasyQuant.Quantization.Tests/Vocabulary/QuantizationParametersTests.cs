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
    [InlineData(8, 12, -12, 243, 12)]
    [InlineData(7, 127, -127, 0, 127)]
    [InlineData(4, 0, 0, 15, 0)]
    public void AsymmetricRanges_HoldAllIntegersOfTheirBits(int bits, int below, int minimum, int maximum, int zeroPoint)
    {
        IntegerRange range = IntegerRange.Asymmetric(bits, below);
        QuantizationParameters asUnsigned = QuantizationParameters.ForActivations(range, 0.5f, DataType.UInt8);
        QuantizationParameters asSigned = QuantizationParameters.ForActivations(range, 0.5f, DataType.Int8);

        Assert.Equal((minimum, maximum, below > 0), (range.Minimum, range.Maximum, range.Signed));
        Assert.Equal((0, (1 << bits) - 1, zeroPoint), (asUnsigned.Minimum, asUnsigned.Maximum, asUnsigned.ZeroPoint));
        Assert.Equal((-128, (1 << bits) - 129, zeroPoint - 128), (asSigned.Minimum, asSigned.Maximum, asSigned.ZeroPoint));
        Assert.Equal(bits == 8, asUnsigned.FillsStorage);
    }

    [Fact]
    public void AsymmetricRanges_WithNothingBelowZero_AreTheUnsignedOnes() => Assert.Equal(new IntegerRange(6, signed: false), IntegerRange.Asymmetric(6, 0));

    [Fact]
    public void MoreIntegersBelowZeroThanThereAre_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => IntegerRange.Asymmetric(4, 16));
        Assert.Throws<ArgumentOutOfRangeException>(() => IntegerRange.Asymmetric(4, -1));
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
