using EasyQuant.Kernels.IntegerWinograd;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerWinograd;

public sealed unsafe class WinogradWeightsTests
{
    // 9 · 115 · 127 · 255 < 2^25 < 9 · 116 · 127 · 255.
    private const int Channels = 116;
    private const int Chunks = 4;

    [Fact]
    public void LargestInputsAgainstLargestWeights_AreExact_UpToTheBound()
    {
        sbyte[] weights = LargestSumOf(WinogradTile.LargestSum);

        Assert.Equal([Chunks], WinogradWeights.Parts(weights, 1, 0, 255));
        Assert.Equal(SumOf(weights), Output(weights));

        // The same with all signs changed.
        sbyte[] negative = [.. weights.Select(w => (sbyte)-w)];
        Assert.Equal([Chunks], WinogradWeights.Parts(negative, 1, 0, 255));
        Assert.Equal(-SumOf(weights), Output(negative));
    }

    [Fact]
    public void BeyondTheBound_ALayerIsCut_AndItsWorstInputWouldIndeedBeWrongOtherwise()
    {
        sbyte[] weights = LargestSumOf(WinogradTile.LargestSum);
        weights[Array.FindIndex(weights, w => w < 127)]++;

        Assert.Equal([Chunks - 1, Chunks], WinogradWeights.Parts(weights, 1, 0, 255));
        Assert.NotEqual(SumOf(weights), Output(weights));
        Assert.Equal([Chunks - 1, Chunks], WinogradWeights.Parts([.. weights.Select(w => (sbyte)-w)], 1, 0, 255));
    }

    [Fact]
    public void WhatCounts_IsTheRangeOfTheInputs_AndTheSignsOfTheWeights()
    {
        sbyte[] weights = new sbyte[9 * 32 * 8];
        weights.AsSpan().Fill(-128);

        Assert.Equal([3, 6, 8], WinogradWeights.Parts(weights, 1, 0, 255));
        Assert.Equal([7, 8], WinogradWeights.Parts(weights, 1, 100, 127));
        Assert.Equal([8], WinogradWeights.Parts(weights, 1, 0, 63));

        // Weights of both signs cannot meet their worst inputs at once; one channel is enough to cut all.
        sbyte[] both = [.. weights.Select((w, i) => i % 2 == 0 ? (sbyte)127 : w)];
        Assert.Equal([7, 8], WinogradWeights.Parts(both, 1, 0, 255));
        Assert.Equal([3, 6, 8], WinogradWeights.Parts([.. both, .. weights], 2, 0, 255));
    }

    // Weights of 127 and then smaller ones, as large as 255 times their sum may become.
    private static sbyte[] LargestSumOf(int bound)
    {
        sbyte[] weights = new sbyte[9 * Channels];
        int left = bound / 255;
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (sbyte)Math.Min(left, 127);
            left -= weights[i];
        }

        Assert.Equal(0, left);
        return weights;
    }

    private static long SumOf(sbyte[] weights) => weights.Sum(w => 255L * w);

    // The output of a patch whose inputs are all 255, divided by 255 to fit single precision.
    private static long Output(sbyte[] rows)
    {
        int inputs = rows.Length / 9;
        int chunks = WinogradWeights.Chunks(inputs), channels = chunks * 32;
        byte[] patch = new byte[36 * channels];
        patch.AsSpan().Fill(255);
        sbyte[] packed = new sbyte[WinogradWeights.Length(inputs, 1)];
        short[] values = new short[36 * channels], weights = new short[36 * channels * 16];
        int[] sums = new int[36 * 16], start = new int[16];
        float[] multipliers = new float[16], output = new float[4 * 16];
        multipliers[0] = 1f / 255;
        WinogradKernel kernel = WinogradKernels.All[^1];
        fixed (byte* d = patch)
        fixed (sbyte* p = packed)
        fixed (short* v = values, u = weights)
        fixed (int* m = sums, b = start)
        fixed (float* f = multipliers, y = output)
        {
            WinogradWeights.Pack(rows, inputs, 1, p);
            WinogradFilter filter = new() { Weights = p, Panels = 1, Pairs = channels / 2, Values = u, FrequencyStride = channels * 16 };
            kernel.TransformWeights(&filter);
            WinogradInput input = new() { Input = d, Values = v, FrequencyStride = channels, ChunkStride = 32, Chunks = chunks };
            for (int i = 0; i < 6; i++)
            {
                input.Rows[i] = 6 * i * channels;
                input.Columns[i] = i * channels;
            }

            kernel.TransformInput(&input);
            int* rowsOfStep = stackalloc int[kernel.RowStep * 16];
            for (int frequency = 0; frequency < 36; frequency++)
            {
                // The kernel computes several rows at a time: here all are the one tile's, but that is the first.
                short[] repeated = [.. Enumerable.Range(0, chunks * kernel.RowStep * 32).Select(i => values[frequency * channels + i / 32 / kernel.RowStep * 32 + i % 32])];
                fixed (short* r = repeated)
                {
                    WinogradProduct product = new() { Values = r, ChunkStride = kernel.RowStep * 64, Weights = u + frequency * channels * 16, Sums = rowsOfStep, Chunks = chunks, Rows = 1, Panels = 1 };
                    kernel.Multiply(&product);
                }

                new Span<int>(rowsOfStep, 16).CopyTo(sums.AsSpan(frequency * 16));
            }

            WinogradOutput tile = new() { IsFirstPart = true, IsLastPart = true, Sums = m, FrequencyStride = 16, Channels = 16, Start = b, Multipliers = f, Output = (byte*)y, RowStride = 64, PositionStride = 64, Height = 1, Width = 1 };
            kernel.TransformOutput(&tile);
        }

        return (long)MathF.Round(output[0]) * 255;
    }
}
