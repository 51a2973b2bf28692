using System.Runtime.InteropServices;
using EasyQuant.Kernels.IntegerConvolutions;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerConvolutions;

public sealed unsafe class ConvolutionRowTests
{
    public static TheoryData<string> Isas => [.. ConvolutionKernels.All.Select(k => k.Isa)];

    [Theory]
    [MemberData(nameof(Isas))]
    public void EqualsTheDefinition_ForEveryTile(string isa)
    {
        ConvolutionKernel kernel = KernelOf(isa);
        for (int panels = 1; panels <= ConvolutionRow.MostPanels; panels++)
        {
            for (int positions = 1; positions <= 35; positions++)
            {
                int seed = positions * 4 + panels;
                AssertRow(kernel, positions, panels, groups: 1 + seed * 7 % 23, zeroPoint: seed % 3 * 60, signed: seed % 5 == 0, magnitude: 1e-3f, seed);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Isas))]
    public void EqualsTheDefinition_ForEveryWideningPeriod(string isa)
    {
        ConvolutionKernel kernel = KernelOf(isa);
        for (int period = 1; period <= 16; period++)
        {
            for (int groups = 1; groups <= 2 * period + 1; groups++)
            {
                AssertRow(kernel, positions: 1 + groups, panels: 1 + groups % 4, groups, zeroPoint: 7, signed: groups % 3 == 0, magnitude: 1e-3f, seed: groups, real: groups % 5 == 0, period);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Isas))]
    public void AnAddition_IsThatOfTheBytesBetween(string isa)
    {
        ConvolutionKernel kernel = KernelOf(isa);
        for (int panels = 1; panels <= ConvolutionRow.MostPanels; panels++)
        {
            for (int positions = 1; positions <= 30; positions++)
            {
                int seed = positions * 4 + panels;
                AssertRow(kernel, positions, panels, groups: 1 + seed % 9, zeroPoint: 60, signed: seed % 4 == 0, magnitude: 1e-3f, seed, period: seed % 5, adds: true);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Isas))]
    public void ClampsAndRoundsToEven_AtTheEndsOfTheRange(string isa)
    {
        ConvolutionKernel kernel = KernelOf(isa);
        AssertRow(kernel, 20, 3, groups: 64, zeroPoint: 0, signed: false, magnitude: 60, seed: 1);
        AssertRow(kernel, 20, 3, groups: 64, zeroPoint: -128, signed: true, magnitude: 60, seed: 2);

        // Sums are odd multiples of one half: every result is a tie.
        AssertRow(kernel, 9, 2, groups: 2, zeroPoint: 128, signed: false, magnitude: 0, seed: 3);
    }

    [Theory]
    [MemberData(nameof(Isas))]
    public void WithoutAGrid_GivesTheProducts(string isa)
    {
        ConvolutionKernel kernel = KernelOf(isa);
        for (int positions = 1; positions <= 18; positions++)
        {
            AssertRow(kernel, positions, 1 + positions % 4, groups: 9, zeroPoint: 0, signed: false, magnitude: 0.3f, positions, real: true);
        }
    }

    private static void AssertRow(ConvolutionKernel kernel, int positions, int panels, int groups, int zeroPoint, bool signed, float magnitude, int seed, bool real = false, int period = 0, bool adds = false)
    {
        // With a period: the largest weights for which its products fit 16 bits at the largest input.
        (int largestInput, int largestWeight) = period == 0 ? (255, 128) : (127, Math.Min(127, short.MaxValue / (2 * 127 * period)));
        Random random = new(seed);
        int channels = panels * ConvolutionRow.PanelChannels;
        int inputStride = random.Next(0, 3) * 4;
        int[] offsets = [.. Enumerable.Range(0, groups).Select(_ => random.Next(0, 500))];
        byte[] input = new byte[positions * inputStride + 504];
        Fill(input, random, 0, largestInput);
        sbyte[] weights = new sbyte[panels * groups * 64];
        Fill(MemoryMarshal.AsBytes(weights.AsSpan()), random, -largestWeight, Math.Min(largestWeight, 127));
        int[] start = [.. Enumerable.Range(0, channels).Select(_ => random.Next(-5000, 5000))];
        float[] multipliers = [.. Enumerable.Range(0, channels).Select(_ => magnitude == 0 ? 0.5f : magnitude * (0.5f + random.NextSingle()))];
        (int minimum, int maximum) = signed ? (-120, 100) : (3, 250);
        int outputStride = (channels + 16) * (real ? sizeof(float) : 1);
        byte[] output = new byte[positions * outputStride];
        Array.Fill(output, (byte)77);
        int addendStride = channels + 32;
        byte[] addend = new byte[positions * addendStride];
        random.NextBytes(addend);
        ResidualAdd residual = new() { Minimum = -100, Maximum = 90, Multiplier = 0.7f + random.NextSingle(), AddendZeroPoint = 120, AddendMultiplier = random.NextSingle() };
        OutputGrid grid = OutputGrid.Of(zeroPoint, minimum, maximum, signed);
        fixed (byte* i = input, o = output, b = addend)
        fixed (int* f = offsets, s = start)
        fixed (sbyte* w = weights)
        fixed (float* m = multipliers)
        {
            ConvolutionRow row = new()
            {
                Input = i,
                InputStride = inputStride,
                Offsets = f,
                Groups = groups,
                Weights = w,
                PanelStride = groups * 64,
                Start = s,
                Multipliers = m,
                Output = o,
                OutputStride = outputStride,
                Positions = positions,
                Panels = panels,
                Grid = real ? null : &grid,
                WideningPeriod = period,
                Residual = adds ? &residual : null,
                Addend = b,
                AddendStride = addendStride,
                SoonWeights = seed % 2 == 0 ? w : null,
                SoonEnd = seed % 2 == 0 ? w + weights.Length : null,
            };
            kernel.Run(&row);
        }

        byte[] expected = new byte[output.Length];
        Array.Fill(expected, (byte)77);
        for (int x = 0; x < positions; x++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                int sum = start[channel];
                for (int k = 0; k < 4 * groups; k++)
                {
                    sum += input[x * inputStride + offsets[k / 4] + k % 4] * weights[((channel / 16 * groups + k / 4) * 16 + channel % 16) * 4 + k % 4];
                }

                if (real)
                {
                    BitConverter.TryWriteBytes(expected.AsSpan(x * outputStride + channel * sizeof(float)), sum * multipliers[channel]);
                    continue;
                }

                double rounded = Math.Round((double)(sum * multipliers[channel]), MidpointRounding.ToEven);
                if (adds)
                {
                    float own = (float)Math.Clamp(rounded, residual.Minimum, residual.Maximum) * residual.Multiplier;
                    float other = (addend[x * addendStride + channel] - residual.AddendZeroPoint) * residual.AddendMultiplier;
                    rounded = MathF.Round(own + other, MidpointRounding.ToEven);
                }

                expected[x * outputStride + channel] = (byte)(int)Math.Clamp(rounded + zeroPoint, minimum, maximum);
            }
        }

        Assert.Equal(expected, output);
    }

    // One in four is an end of the range.
    private static void Fill(Span<byte> bytes, Random random, int least, int largest)
    {
        foreach (ref byte b in bytes)
        {
            b = (byte)(random.Next(8) switch { 0 => least, 1 => largest, _ => random.Next(least, largest + 1) });
        }
    }

    private static ConvolutionKernel KernelOf(string isa)
    {
        ConvolutionKernel kernel = ConvolutionKernels.All.Single(k => k.Isa == isa);
        Assert.SkipWhen(kernel.Refusal is not null, $"'{isa}': {kernel.Refusal}.");
        return kernel;
    }
}
