using EasyQuant.Runtime.Operators.Conversion;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Runtime.Tests.Operators;

public sealed class SmallFloatTests
{
    public static TheoryData<DataType> Types =>
        [DataType.Float8E4M3FN, DataType.Float8E4M3FNUZ, DataType.Float8E5M2, DataType.Float8E5M2FNUZ, DataType.Float4E2M1];

    [Theory]
    [MemberData(nameof(Types))]
    public void EveryNumber_IsReadBackAsItself(DataType type)
    {
        SmallFloatFormat format = SmallFloatFormat.Of(type)!;

        Assert.All(Codes(type), code => Assert.Equal(code, format.Encode(format.Decode(code), saturates: false)));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void ANumberBetween_BecomesTheNearest_AndATieTheEvenCode(DataType type)
    {
        SmallFloatFormat format = SmallFloatFormat.Of(type)!;
        int[] finite = [.. Codes(type).Where(c => float.IsFinite(format.Decode(c)))];
        float largest = finite.Max(format.Decode);
        Random random = new(7);
        IEnumerable<float> between = finite.Select(c => (format.Decode(c) + format.Decode(finite[random.Next(finite.Length)])) / 2)
            .Concat(Enumerable.Range(0, 2000).Select(_ => (float)((random.NextDouble() * 2 - 1) * largest)));

        foreach (float value in between)
        {
            float nearest = finite.Min(c => Math.Abs(format.Decode(c) - value));
            int[] best = [.. finite.Where(c => Math.Abs(format.Decode(c) - value) == nearest && float.IsNegative(format.Decode(c)) == float.IsNegative(value))];
            int expected = best.Length == 1 ? best[0] : best.FirstOrDefault(c => c % 2 == 0, 0);
            Assert.Equal(format.Decode(expected), format.Decode(format.Encode(value, saturates: true)));
        }
    }

    [Theory]
    [InlineData(DataType.Float8E4M3FN, 448f)]
    [InlineData(DataType.Float8E4M3FNUZ, 240f)]
    [InlineData(DataType.Float8E5M2, 57344f)]
    [InlineData(DataType.Float8E5M2FNUZ, 57344f)]
    [InlineData(DataType.Float4E2M1, 6f)]
    public void WhatIsTooLarge_BecomesTheLargest(DataType type, float largest)
    {
        SmallFloatFormat format = SmallFloatFormat.Of(type)!;

        Assert.Equal(largest, format.Decode(format.Encode(1e9, saturates: true)));
        Assert.Equal(-largest, format.Decode(format.Encode(double.NegativeInfinity, saturates: true)));
    }

    // Each code of a number, infinities included.
    private static IEnumerable<int> Codes(DataType type) =>
        Enumerable.Range(0, 1 << type.BitWidth()).Where(c => !float.IsNaN(SmallFloatFormat.Of(type)!.Decode(c)));
}
