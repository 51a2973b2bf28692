using EasyQuant.Quantization.Equalization;
using Xunit;

namespace EasyQuant.Quantization.Tests.Equalization;

public sealed class SpanOfLeastErrorTests
{
    private static readonly float[] s_elements = HeavyTailed(20_000);

    [Theory]
    [InlineData(8)]
    [InlineData(6)]
    [InlineData(4)]
    public void TheSpan_IsAsGoodAsTheBestOfManyTriedByRounding(int bits)
    {
        InputSpan whole = new(s_elements.Min(), s_elements.Max() - s_elements.Min());
        InputSpan found = InputSpan.Of(whole.Low, whole.Low + whole.Width, 0.01f, x => [.. x.Select(Silu)], Counts(whole), bits);
        double best = Tried(whole).Min(span => Error(span, bits));

        Assert.InRange(Error(found, bits), 0, 1.1 * best);
        Assert.True(Error(found, bits) < 0.8 * Error(whole, bits), $"{Error(found, bits)} of {Error(whole, bits)}");
    }

    [Fact]
    public void FewerBits_CutOffMore()
    {
        InputSpan whole = new(s_elements.Min(), s_elements.Max() - s_elements.Min());
        float[] widths = [.. new[] { 8, 6, 4 }.Select(bits => InputSpan.Of(whole.Low, whole.Low + whole.Width, 0.01f, x => x, Counts(whole), bits).Width)];

        Assert.True(widths[0] > widths[1] && widths[1] > widths[2], string.Join(' ', widths));
    }

    private static IEnumerable<InputSpan> Tried(InputSpan whole) =>
        from low in Enumerable.Range(0, 40)
        from width in Enumerable.Range(1, 100)
        let begin = low * whole.Width / 100
        select new InputSpan(whole.Low + begin, Math.Min(width * whole.Width / 100, whole.Width - begin));

    private static double Error(InputSpan span, int bits)
    {
        int steps = (1 << bits) - 1;
        return s_elements.Sum(x =>
        {
            float rounded = MathF.Round(Math.Clamp((x - span.Low) / span.Width, 0, 1) * steps) / steps * span.Width + span.Low;
            double difference = Silu(rounded) - Silu(x);
            return difference * difference;
        });
    }

    private static int[] Counts(InputSpan whole)
    {
        int[] counts = new int[ChannelHistograms.Bins];
        foreach (float x in s_elements)
        {
            counts[Math.Min((int)((x - whole.Low) / whole.Width * counts.Length), counts.Length - 1)]++;
        }

        return counts;
    }

    // Laplace's distribution.
    private static float[] HeavyTailed(int count)
    {
        Random random = new(3);
        return [.. Enumerable.Range(0, count).Select(_ => MathF.Log(random.NextSingle() + 1e-6f) * (random.Next(2) == 0 ? 2 : -2))];
    }

    private static float Silu(float x) => x / (1 + MathF.Exp(-x));
}
