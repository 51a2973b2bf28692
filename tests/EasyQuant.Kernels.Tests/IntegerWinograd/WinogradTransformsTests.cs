using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.IntegerWinograd;
using EasyQuant.Kernels.Tests.IntegerPlanes;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerWinograd;

public sealed unsafe class WinogradTransformsTests
{
    public static TheoryData<string> Isas => [.. WinogradKernels.All.Select(k => k.Isa)];

    [Theory]
    [MemberData(nameof(Isas))]
    public void Patches_AreMultipliedFromBothSides(string isa)
    {
        WinogradKernel kernel = KernelUnderTest.Of(WinogradKernels.All, isa);
        const int chunks = 2, rows = 3, channels = chunks * 32;
        Random random = new(1);
        for (int round = 0; round < 4; round++)
        {
            // Rows and columns in any order and more than once, as at the edges of an image.
            byte[] image = [.. Enumerable.Range(0, 8 * 8 * channels).Select(_ => (byte)(round == 0 ? random.Next(2) * 255 : random.Next(256)))];
            int[] ys = [.. Enumerable.Range(0, 6).Select(_ => random.Next(8))], xs = [.. Enumerable.Range(0, 6).Select(_ => random.Next(8))];
            int frequencyStride = chunks * rows * 32 + 32;
            short[] values = new short[36 * frequencyStride];
            using GuardedBytes guarded = new(image);
            fixed (short* v = values)
            {
                WinogradInput patch = new() { Input = guarded.Bytes, Values = v, FrequencyStride = frequencyStride, ChunkStride = rows * 32, Chunks = chunks };
                for (int i = 0; i < 6; i++)
                {
                    patch.Rows[i] = ys[i] * 8 * channels;
                    patch.Columns[i] = xs[i] * channels;
                }

                kernel.TransformInput(&patch);
            }

            for (int channel = 0; channel < channels; channel++)
            {
                long[,] expected = WinogradMatrices.Transform(WinogradMatrices.InputTransposed, Square(6, (i, j) => image[(ys[i] * 8 + xs[j]) * channels + channel]));
                AssertFrequencies(expected, f => values[f * frequencyStride + channel / 32 * rows * 32 + channel % 32]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Isas))]
    public void Weights_AreMultipliedFromBothSides(string isa)
    {
        WinogradKernel kernel = KernelUnderTest.Of(WinogradKernels.All, isa);
        const int pairs = 3, panels = 2, lanes = WinogradFilter.Lanes, panelStride = pairs * 9 * lanes + 64;
        Random random = new(2);
        sbyte[] weights = [.. Enumerable.Range(0, panels * panelStride).Select(i => (sbyte)(i % 3 == 0 ? random.Next(2) * 255 - 128 : random.Next(-128, 128)))];
        int frequencyStride = pairs * panels * lanes + 32;
        short[] values = new short[36 * frequencyStride];
        fixed (sbyte* w = weights)
        fixed (short* v = values)
        {
            WinogradFilter filter = new() { Weights = w, PanelStride = panelStride, Panels = panels, Pairs = pairs, Values = v, FrequencyStride = frequencyStride };
            kernel.TransformWeights(&filter);
        }

        for (int i = 0; i < pairs * panels * lanes; i++)
        {
            (int pair, int panel, int lane) = (i / lanes / panels, i / lanes % panels, i % lanes);
            long[,] expected = WinogradMatrices.Transform(WinogradMatrices.Weights, Square(3, (y, x) => weights[panel * panelStride + (pair * 9 + 3 * y + x) * lanes + lane]));
            AssertFrequencies(expected, f => values[f * frequencyStride + i]);
        }
    }

    [Theory]
    [MemberData(nameof(Isas))]
    public void Sums_AreMultipliedDividedAndRounded(string isa)
    {
        WinogradKernel kernel = KernelUnderTest.Of(WinogradKernels.All, isa);
        for (int i = 0; i < 48; i++)
        {
            AssertOutputs(kernel, height: 1 + i % 4, width: 1 + i / 4 % 4, form: (OutputForm)(i / 16), parts: 1 + i % 3, seed: i);
        }
    }

    private static void AssertOutputs(WinogradKernel kernel, int height, int width, OutputForm form, int parts, int seed)
    {
        Random random = new(seed);
        const int channels = 32, frequencyStride = 3 * channels + 16, positionStride = (channels + 16) * sizeof(float), rowStride = 7 * positionStride;

        // Transforms of what a convolution gives are multiples of 576; what becomes of all others is defined too.
        int[][] sums = [.. Enumerable.Range(0, parts).Select(_ => Enumerable.Range(0, 36 * frequencyStride).Select(_ => random.Next(int.MinValue, int.MaxValue)).ToArray())];
        int[] start = [.. Enumerable.Range(0, channels).Select(_ => random.Next(-5000, 5000))];
        float[] multipliers = [.. Enumerable.Range(0, channels).Select(_ => 1e-5f * random.NextSingle())];
        OutputGrid grid = OutputGrid.Of(form == OutputForm.Signed ? -20 : 100, form == OutputForm.Signed ? -120 : 3, form == OutputForm.Signed ? 100 : 250, form == OutputForm.Signed);
        byte[] output = new byte[4 * rowStride], expected = new byte[output.Length];
        output.AsSpan().Fill(77);
        expected.AsSpan().Fill(77);
        int[] totals = new int[16 * channels];
        fixed (int* b = start, t = totals)
        fixed (float* m = multipliers)
        fixed (byte* o = output)
        {
            for (int part = 0; part < parts; part++)
            {
                fixed (int* s = sums[part])
                {
                    WinogradOutput tile = new()
                    {
                        Sums = s,
                        FrequencyStride = frequencyStride,
                        Channels = channels,
                        Start = b,
                        Multipliers = m,
                        Totals = t,
                        IsFirstPart = part == 0,
                        IsLastPart = part == parts - 1,
                        Output = o,
                        RowStride = rowStride,
                        PositionStride = positionStride,
                        Height = height,
                        Width = width,
                        Grid = form == OutputForm.Real ? null : &grid,
                    };
                    kernel.TransformOutput(&tile);
                }
            }
        }

        for (int channel = 0; channel < channels; channel++)
        {
            long[][,] transformed = [.. sums.Select(s => WinogradMatrices.Transform(WinogradMatrices.OutputTransposed, Square(6, (i, j) => s[(6 * i + j) * frequencyStride + channel])))];
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    int sum = start[channel] + transformed.Sum(t => unchecked((int)t[y, x] * WinogradTile.InverseOfNine) >> WinogradTile.DivisorShift);
                    int place = y * rowStride + x * positionStride;
                    if (form == OutputForm.Real)
                    {
                        BitConverter.TryWriteBytes(expected.AsSpan(place + channel * sizeof(float)), sum * multipliers[channel]);
                    }
                    else
                    {
                        double rounded = Math.Round((double)(sum * multipliers[channel]), MidpointRounding.ToEven);
                        expected[place + channel] = (byte)(int)Math.Clamp(rounded + grid.ZeroPoint[0], form == OutputForm.Signed ? -120 : 3, form == OutputForm.Signed ? 100 : 250);
                    }
                }
            }
        }

        Assert.Equal(expected, output);
    }

    private static long[,] Square(int side, Func<int, int, int> element)
    {
        long[,] square = new long[side, side];
        for (int i = 0; i < side * side; i++)
        {
            square[i / side, i % side] = element(i / side, i % side);
        }

        return square;
    }

    private static void AssertFrequencies(long[,] expected, Func<int, short> actual)
    {
        for (int f = 0; f < 36; f++)
        {
            Assert.Equal(expected[f / 6, f % 6], actual(f));
        }
    }
}
