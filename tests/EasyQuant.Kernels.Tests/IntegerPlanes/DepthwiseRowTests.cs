using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerPlanes;

public sealed unsafe class DepthwiseRowTests
{
    private const byte Untouched = 77;

    public static TheoryData<string> Isas => [.. DepthwiseKernels.All.Select(k => k.Isa)];

    [Theory]
    [MemberData(nameof(Isas))]
    public void EqualsTheDefinition_ForEveryNumberOfChannelsAndPositions(string isa)
    {
        DepthwiseKernel kernel = KernelUnderTest.Of(DepthwiseKernels.All, isa);
        for (int channels = 16; channels <= 176; channels += 16)
        {
            for (int positions = 1; positions <= 13; positions++)
            {
                int stride = 1 + positions % 2;
                AssertRow(kernel, new Case(3, 3, stride, 1, channels, positions) { ZeroPoint = positions % 3 * 60, Signed = positions % 5 == 0 });
            }
        }
    }

    [Theory]
    [MemberData(nameof(Isas))]
    public void EqualsTheDefinition_ForEveryShapeOfKernel(string isa)
    {
        DepthwiseKernel kernel = KernelUnderTest.Of(DepthwiseKernels.All, isa);
        for (int stride = 1; stride <= 4; stride++)
        {
            for (int dilation = 1; dilation <= 3; dilation++)
            {
                foreach ((int height, int width) in new[] { (1, 1), (1, 3), (3, 1), (2, 2), (3, 3), (3, 4), (4, 3), (2, 5), (5, 5), (7, 7) })
                {
                    AssertRow(kernel, new Case(height, width, stride, dilation, 112, 11) { Signed = (stride + dilation) % 2 == 0 });
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Isas))]
    public void DoesNotSaturate_AtTheEndsOfTheRange(string isa)
    {
        DepthwiseKernel kernel = KernelUnderTest.Of(DepthwiseKernels.All, isa);
        AssertRow(kernel, new Case(3, 3, 1, 1, 112, 9) { Input = 255, Weight = -128, Magnitude = 1e-4f, ZeroPoint = 127, Signed = true });
        AssertRow(kernel, new Case(3, 3, 1, 1, 112, 9) { Input = 255, Weight = 127, Magnitude = 3e-4f });
        AssertRow(kernel, new Case(15, 15, 1, 1, 112, 9) { Input = 255, Weight = -128, Magnitude = 1e-5f, ZeroPoint = 120 });
    }

    [Theory]
    [MemberData(nameof(Isas))]
    public void ClampsAndRoundsToEven(string isa)
    {
        DepthwiseKernel kernel = KernelUnderTest.Of(DepthwiseKernels.All, isa);
        AssertRow(kernel, new Case(3, 3, 1, 1, 112, 20) { Magnitude = 5000 });
        AssertRow(kernel, new Case(3, 3, 2, 1, 112, 20) { Magnitude = 5000, ZeroPoint = -128, Signed = true });

        // Every second result is a tie.
        AssertRow(kernel, new Case(3, 3, 1, 1, 112, 20) { Input = 1, Magnitude = 0.5f, Exact = true, ZeroPoint = 128 });
    }

    [Fact]
    public void PackParameters_RefusesWhatDoesNotBelongTogether()
    {
        DepthwiseKernel kernel = DepthwiseKernels.Best;

        Assert.Throws<ArgumentException>(() => kernel.PackParameters(new sbyte[9 * 24], new int[24], new float[24]));
        Assert.Throws<ArgumentException>(() => kernel.PackParameters(new sbyte[9 * 16], new int[16], new float[32]));
        Assert.Throws<ArgumentException>(() => kernel.PackParameters(new sbyte[9 * 16 + 1], new int[16], new float[16]));
    }

    private static void AssertRow(DepthwiseKernel kernel, Case test)
    {
        Random random = new(test.Seed);
        int channels = test.Channels, taps = test.Height * test.Width, positions = test.Positions;

        // Other tensors' channels may lie between those of two positions.
        int pixel = channels + positions % 3 * 16, inputStride = test.Stride * pixel;
        int pitch = ((positions - 1) * test.Stride + (test.Width - 1) * test.Dilation + 1) * pixel + 48;
        int[] offsets =
        [
            .. Enumerable.Range(0, taps).Select(t => t / test.Width * pitch + t % test.Width * test.Dilation * pixel),
        ];

        // Nothing behind the last byte that a position needs.
        byte[] input = new byte[offsets[^1] + (positions - 1) * inputStride + channels];
        random.NextBytes(input);
        sbyte[] weights = [.. Enumerable.Range(0, taps * channels).Select(_ => (sbyte)(test.Weight ?? random.Next(-128, 128)))];
        int[] start = [.. Enumerable.Range(0, channels).Select(_ => random.Next(-5000, 5000))];
        float[] multipliers = [.. Enumerable.Range(0, channels).Select(_ => test.Exact ? test.Magnitude : test.Magnitude * (0.5f + random.NextSingle()))];
        if (test.Input is { } constant)
        {
            Array.Fill(input, constant);
        }

        (int minimum, int maximum) = test.Signed ? (-120, 100) : (3, 250);
        int outputStride = channels + 16;
        byte[] output = new byte[positions * outputStride];
        Array.Fill(output, Untouched);
        OutputGrid grid = OutputGrid.Of(test.ZeroPoint, minimum, maximum, test.Signed);
        int[] order = kernel.OrderTaps(offsets);
        using GuardedBytes guarded = new(input);
        fixed (byte* p = kernel.PackParameters(weights, start, multipliers), o = output)
        fixed (int* f = order)
        {
            DepthwiseRow row = new()
            {
                Input = guarded.Bytes,
                InputStride = inputStride,
                Offsets = f,
                OffsetCount = order.Length,
                Parameters = p,
                Output = o,
                OutputStride = outputStride,
                Positions = positions,
                Channels = channels,
                Grid = &grid,
            };
            kernel.Run(&row);
        }

        byte[] expected = new byte[output.Length];
        Array.Fill(expected, Untouched);
        for (int x = 0; x < positions; x++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                int sum = start[channel];
                for (int t = 0; t < taps; t++)
                {
                    sum += input[x * inputStride + offsets[t] + channel] * weights[t * channels + channel];
                }

                double rounded = Math.Round((double)(sum * multipliers[channel]), MidpointRounding.ToEven);
                expected[x * outputStride + channel] = (byte)(int)Math.Clamp(rounded + test.ZeroPoint, minimum, maximum);
            }
        }

        Assert.True(expected.AsSpan().SequenceEqual(output), test.ToString());
    }

    private sealed record Case(int Height, int Width, int Stride, int Dilation, int Channels, int Positions)
    {
        public int Seed => ((Height * 16 + Width) * 16 + Stride) * 4096 + Channels * 16 + Positions;

        public byte? Input { get; init; }

        public sbyte? Weight { get; init; }

        public float Magnitude { get; init; } = 2e-3f;

        public bool Exact { get; init; }

        public int ZeroPoint { get; init; }

        public bool Signed { get; init; }
    }
}
