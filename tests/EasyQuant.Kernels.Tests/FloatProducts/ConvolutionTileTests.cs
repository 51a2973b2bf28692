using EasyQuant.Kernels.FloatProducts;
using Xunit;

namespace EasyQuant.Kernels.Tests.FloatProducts;

public sealed unsafe class ConvolutionTileTests
{
    private const int Run = ConvolutionTile.Run;
    private const int Block = ConvolutionTile.Block;

    // Lengths, places and order of the segments differ, and the pixels of both runs are not neighbours.
    private static readonly ConvolutionSegment[] s_segments = [new(3, 16), new(200, 16), new(40, 5), new(0, 1)];

    [Theory]
    [InlineData(1, 16, true)]
    [InlineData(2, 16, true)]
    [InlineData(2, 2, false)]
    [InlineData(1, 32, false)]
    public void EveryKernel_EqualsTheDoubleSum(int blocks, int pixelStep, bool scales)
    {
        int depth = (int)s_segments.Sum(s => s.Length);
        Operands operands = new(blocks, depth);
        foreach (ConvolutionTileKernel kernel in ConvolutionTileKernels.All)
        {
            float[] y = operands.Compute(kernel, s_segments, blocks, pixelStep, scales);
            for (int i = 0; i < y.Length; i++)
            {
                (int block, int run, int pixel, int lane) = (i / (2 * Run * Block), i / (Run * Block) % 2, i / Block % Run, i % Block);
                int channel = block * Block + lane;
                double sum = operands.Bias[channel];
                int k = 0;
                foreach (ConvolutionSegment segment in s_segments)
                {
                    for (int j = 0; j < segment.Length; j++, k++)
                    {
                        sum += (double)operands.X[run * Operands.RightStart + pixel * pixelStep + (int)segment.Offset + j] * operands.Weights[k * blocks * Block + channel];
                    }
                }

                sum = scales ? sum * operands.Factor[channel] + operands.Offset[channel] : sum;
                Assert.Equal((float)Math.Clamp(sum, -1.5, 2), y[i], 2 * Noise.Tolerance(depth));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AllKernels_GiveTheSameBits(int blocks)
    {
        Operands operands = new(blocks, (int)s_segments.Sum(s => s.Length));
        float[][] results = [.. ConvolutionTileKernels.All.Select(k => operands.Compute(k, s_segments, blocks, 16, scales: true))];

        Assert.All(results, r => Assert.Equal(results[0], r));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(48)]
    public void Depthwise_EqualsTheDoubleSum(int pixelStep)
    {
        ConvolutionSegment[] taps = [new(0, 16), new(16, 16), new(112, 16)];
        Operands operands = new(1, taps.Length);
        float[] y = operands.Compute(ConvolutionTileKernels.Depthwise, taps, 1, pixelStep, scales: true);
        for (int i = 0; i < y.Length; i++)
        {
            (int run, int pixel, int lane) = (i / (Run * Block), i / Block % Run, i % Block);
            double sum = operands.Bias[lane] + Enumerable.Range(0, taps.Length).Sum(t =>
                (double)operands.X[run * Operands.RightStart + pixel * pixelStep + (int)taps[t].Offset + lane] * operands.Weights[t * Block + lane]);
            sum = sum * operands.Factor[lane] + operands.Offset[lane];
            Assert.Equal((float)Math.Clamp(sum, -1.5, 2), y[i], 2 * Noise.Tolerance(taps.Length));
        }
    }

    private sealed class Operands(int blocks, int depth)
    {
        public const int RightStart = 500;

        public float[] X { get; } = Noise.Floats(1, 1200);

        public float[] Weights { get; } = Noise.Floats(2, depth * blocks * Block);

        public float[] Bias { get; } = Noise.Floats(3, blocks * Block);

        public float[] Factor { get; } = Noise.Floats(4, blocks * Block);

        public float[] Offset { get; } = Noise.Floats(5, blocks * Block);

        // [block][run][pixel][lane]
        public float[] Compute(ConvolutionTileKernel kernel, ConvolutionSegment[] segments, int blocks, int pixelStep, bool scales)
        {
            float[] y = new float[blocks * 2 * Run * Block];
            fixed (float* x = X, weights = Weights, bias = Bias, factor = Factor, offset = Offset, output = y)
            fixed (ConvolutionSegment* segmentPointer = segments)
            {
                ConvolutionTile tile = new()
                {
                    Left = x,
                    Right = x + RightStart,
                    PixelStep = pixelStep,
                    Segments = segmentPointer,
                    SegmentCount = segments.Length,
                    Blocks = blocks,
                    Weights = weights,
                    Bias = bias,
                    Factor = scales ? factor : null,
                    Offset = offset,
                    Low = -1.5f,
                    High = 2,
                    LeftOutput = output,
                    RightOutput = output + Run * Block,
                    BlockStep = 2 * Run * Block,
                };
                kernel.Run(&tile);
            }

            return y;
        }
    }
}
