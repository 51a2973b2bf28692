using EasyQuant.Kernels.IntegerConvolutions;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerConvolutions;

public sealed unsafe class WordOverflowTests
{
    private const int Groups = 8;

    [Theory]
    [InlineData("avx512bw")]
    [InlineData("avx2")]
    public void DebugBuilds_CountSumsThatDoNotFit(string isa)
    {
        Assert.SkipUnless(WordOverflows.AreCounted, "Only debug builds count: dotnet test -c Debug.");
        ConvolutionKernel kernel = ConvolutionKernels.All.Single(k => k.Isa == isa);
        Assert.SkipWhen(kernel.Refusal is not null, $"'{isa}': {kernel.Refusal}.");

        // The paper's case: 8 · 63 · 63 = 31752 fits, a fifth pair does not; nor do two products of 255 · 127.
        Assert.Equal(0, OverflowsOf(kernel, period: 4, input: 63, weight: 63));
        Assert.NotEqual(0, OverflowsOf(kernel, period: 5, input: 63, weight: 63));
        Assert.NotEqual(0, OverflowsOf(kernel, period: 1, input: 255, weight: 127));
        Assert.NotEqual(0, OverflowsOf(kernel, period: 1, input: 255, weight: -127));
        Assert.Equal(0, OverflowsOf(kernel, period: 0, input: 255, weight: 127));
    }

    private static long OverflowsOf(ConvolutionKernel kernel, int period, byte input, sbyte weight)
    {
        const int positions = 9, channels = 2 * ConvolutionRow.PanelChannels;
        byte[] elements = new byte[4 * (positions + Groups)], output = new byte[positions * channels];
        sbyte[] weights = new sbyte[Groups * 4 * channels];
        Array.Fill(elements, input);
        Array.Fill(weights, weight);
        OutputGrid grid = OutputGrid.Of(0, 0, 255, signed: false);
        long before = WordOverflows.Count;
        fixed (byte* e = elements, o = output)
        fixed (sbyte* w = weights)
        fixed (int* offsets = Enumerable.Range(0, Groups).Select(g => 4 * g).ToArray(), start = new int[channels])
        fixed (float* multipliers = new float[channels])
        {
            ConvolutionRow row = new()
            {
                Input = e,
                InputStride = 4,
                Offsets = offsets,
                Groups = Groups,
                Weights = w,
                PanelStride = Groups * 64,
                Start = start,
                Multipliers = multipliers,
                Output = o,
                OutputStride = channels,
                Positions = positions,
                Panels = 2,
                Grid = &grid,
                WideningPeriod = period,
            };
            kernel.Run(&row);
        }

        return WordOverflows.Count - before;
    }
}
