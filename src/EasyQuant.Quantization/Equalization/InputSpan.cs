namespace EasyQuant.Quantization.Equalization;

/// <summary>The part of a channel's range on which the function behind it changes: <c>Low … Low + Width</c>.</summary>
/// <param name="Low">Where it begins.</param>
/// <param name="Width">How long it is.</param>
internal readonly record struct InputSpan(float Low, float Width)
{
    // Enough that a step of an 8-bit grid over the range has eight of them.
    private const int PointsOfSpan = ChannelHistograms.Bins * 4 + 1;

    // Of the function's range. Where it moves less it counts as flat: 1/64 of a step of 8 bits and no more, since one value stands for all of the
    // end, so that errors have one sign and add up over channels.
    private const float FlatShare = 1f / (1 << 14);

    /// <summary>The span of a function over a range, flat ends left out: x · sigmoid(x) is as good as 0 below −10.</summary>
    /// <param name="low">The least element.</param>
    /// <param name="high">The largest element.</param>
    /// <param name="leastWidth">Spans are made this wide at least, so that channels without range divide by no zero.</param>
    /// <param name="function">The function.</param>
    /// <param name="counts">How many elements are in each of <see cref="ChannelHistograms.Bins"/> equal parts of the range: then the span is the one of least error. Empty where nothing is to be lost.</param>
    /// <param name="bits">Bits of the grid over the span.</param>
    public static InputSpan Of(float low, float high, float leastWidth, Func<float[], float[]> function, ReadOnlySpan<int> counts = default, int bits = 8)
    {
        if (!(high - low > leastWidth))
        {
            return new InputSpan(low, leastWidth);
        }

        float[] x = new InputSpan(low, high - low).Points();
        float[] y = function(x);
        float tolerance = (y.Max() - y.Min()) * FlatShare;
        int last = PointsOfSpan - 1 - FlatLength([.. y.Reverse()], tolerance);
        int first = Math.Min(FlatLength(y, tolerance), last);
        if (!counts.IsEmpty)
        {
            (first, last) = SpanOfLeastError.Find(y, first, last, counts, bits);
        }

        return new InputSpan(x[first], MathF.Max(x[last] - x[first], leastWidth));
    }

    /// <summary>Equally spaced numbers from one end to the other.</summary>
    public float[] Points()
    {
        (float low, float width) = (Low, Width);
        return [.. Enumerable.Range(0, PointsOfSpan).Select(i => low + width * i / (PointsOfSpan - 1))];
    }

    // How far from the beginning one value may stand for all before it.
    private static int FlatLength(float[] y, float tolerance)
    {
        int length = 0;
        (float least, float largest) = (y[0], y[0]);
        for (int i = 1; i < y.Length; i++)
        {
            (least, largest) = (MathF.Min(least, y[i]), MathF.Max(largest, y[i]));
            if (largest - y[i] > tolerance || y[i] - least > tolerance)
            {
                break;
            }

            length = i;
        }

        return length;
    }
}
