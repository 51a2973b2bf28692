using EasyQuant.Quantization.Statistics;
using Xunit;

namespace EasyQuant.Quantization.Tests.Statistics;

public sealed class ValueHistogramTests
{
    [Fact]
    public void EveryElement_FallsIntoItsBin_AndTheEndsIntoTheLastOnes()
    {
        ValueHistogram histogram = new(4, new ValueRange(-1, 1));

        histogram.Add([-1, -0.51f, -0.5f, 0, 0.49f, 0.5f, 1, 7, -7, float.PositiveInfinity, float.NaN]);

        Assert.Equal([3, 1, 2, 4], histogram.Counts.ToArray());
    }

    [Fact]
    public void PartsOfTheElements_AddUpToTheWhole()
    {
        Random random = new(1);
        float[] elements = [.. Enumerable.Range(0, 1000).Select(_ => random.NextSingle() * 4 - 1)];
        ValueHistogram whole = ValueHistogram.Of(elements, 17);
        ValueRange range = ValueRange.Of(elements);
        (ValueHistogram first, ValueHistogram second) = (new ValueHistogram(17, range), new ValueHistogram(17, range));
        first.Add(elements.AsSpan(0, 300));
        second.Add(elements.AsSpan(300));

        first.Merge(second);

        Assert.Equal(whole.Counts.ToArray(), first.Counts.ToArray());
        Assert.Equal(1000, first.Counts.ToArray().Sum());
        Assert.Throws<ArgumentException>(() => first.Merge(new ValueHistogram(16, range)));
    }

    [Fact]
    public void ATensorOfOneNumber_StillHasAWidth()
    {
        ValueHistogram histogram = ValueHistogram.Of([3, 3, 3], 8);

        Assert.True(histogram.Maximum > histogram.Minimum);
        Assert.Equal(3, histogram.Counts[0]);
    }

    [Fact]
    public void ARangeThatIsEmptyOrNotFinite_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ValueHistogram(4, ValueRange.Empty));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ValueHistogram(4, new ValueRange(0, float.PositiveInfinity)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ValueHistogram(0, new ValueRange(0, 1)));
    }
}
