using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerPlanes;

public sealed unsafe class PoolingRowTests
{
    private const byte Untouched = 77;

    public static TheoryData<string> MaxIsas => [.. MaxPoolingKernels.All.Select(k => k.Isa)];

    public static TheoryData<string> AverageIsas => [.. AveragePoolingKernels.All.Select(k => k.Isa)];

    [Theory]
    [MemberData(nameof(MaxIsas))]
    public void Max_EqualsTheDefinition(string isa)
    {
        Kernel<MaxPoolingRow> kernel = KernelUnderTest.Of(MaxPoolingKernels.All, isa);
        for (int channels = 16; channels <= 176; channels += 16)
        {
            for (int taps = 1; taps <= 9; taps += 4)
            {
                AssertMax(kernel, channels, taps, positions: 7, signed: false);
                AssertMax(kernel, channels, taps, positions: 7, signed: true);
            }
        }
    }

    [Theory]
    [MemberData(nameof(AverageIsas))]
    public void Average_EqualsTheDefinition(string isa)
    {
        Kernel<AveragePoolingRow> kernel = KernelUnderTest.Of(AveragePoolingKernels.All, isa);
        for (int channels = 16; channels <= 176; channels += 16)
        {
            AssertAverage(kernel, channels, taps: 9, positions: 5, signed: channels % 32 == 0);
            AssertAverage(kernel, channels, taps: 49, positions: 1, signed: channels % 32 != 0);
        }
    }

    [Theory]
    [MemberData(nameof(AverageIsas))]
    public void Average_OfManyTaps_DoesNotOverflow(string isa)
    {
        Kernel<AveragePoolingRow> kernel = KernelUnderTest.Of(AveragePoolingKernels.All, isa);
        foreach (int taps in new[] { 255, 256, 257, 512, 12_544 })
        {
            AssertAverage(kernel, 80, taps, positions: 1, signed: false, constant: 255);
            AssertAverage(kernel, 80, taps, positions: 1, signed: true, constant: 0x80);
        }
    }

    [Theory]
    [MemberData(nameof(AverageIsas))]
    public void Average_WithoutAGrid_IsFloat(string isa)
    {
        Kernel<AveragePoolingRow> kernel = KernelUnderTest.Of(AveragePoolingKernels.All, isa);
        (byte[] input, int[] offsets) = InputOf(channels: 80, taps: 49, positions: 1);
        float[] output = new float[96];
        const float Multiplier = 0.01f;
        float multiplier = Multiplier;
        using GuardedBytes guarded = new(input);
        fixed (float* o = output)
        fixed (int* f = offsets)
        {
            AveragePoolingRow row = new()
            {
                Input = guarded.Bytes,
                Offsets = f,
                Taps = 49,
                Start = -49 * 7,
                Multipliers = &multiplier,
                Output = (byte*)o,
                Positions = 1,
                Channels = 80,
            };
            kernel.Run(&row);
        }

        float[] expected = [.. Enumerable.Range(0, 96).Select(c => c < 80 ? (offsets.Sum(offset => input[offset + c]) - 49 * 7) * Multiplier : 0)];
        Assert.Equal(expected, output);
    }

    private static void AssertMax(Kernel<MaxPoolingRow> kernel, int channels, int taps, int positions, bool signed)
    {
        (byte[] input, int[] offsets) = InputOf(channels, taps, positions);
        int outputStride = channels + 16;
        (int minimum, int maximum) = signed ? (-120, 100) : (3, 250);
        byte[] output = new byte[positions * outputStride];
        Array.Fill(output, Untouched);
        using GuardedBytes guarded = new(input);
        fixed (byte* o = output)
        fixed (int* f = offsets)
        {
            MaxPoolingRow row = new()
            {
                Input = guarded.Bytes,
                InputStride = channels,
                Offsets = f,
                Taps = taps,
                Output = o,
                OutputStride = outputStride,
                Positions = positions,
                Channels = channels,
                Signed = signed,
                Minimum = (byte)minimum,
                Maximum = (byte)maximum,
            };
            kernel.Run(&row);
        }

        byte[] expected = new byte[output.Length];
        Array.Fill(expected, Untouched);
        for (int x = 0; x < positions; x++)
        {
            for (int c = 0; c < channels; c++)
            {
                IEnumerable<byte> window = offsets.Select(offset => input[x * channels + offset + c]);
                expected[x * outputStride + c] = (byte)Math.Clamp(window.Max(b => signed ? (sbyte)b : b), minimum, maximum);
            }
        }

        Assert.Equal(expected, output);
    }

    private static void AssertAverage(Kernel<AveragePoolingRow> kernel, int channels, int taps, int positions, bool signed, byte? constant = null)
    {
        (byte[] input, int[] offsets) = InputOf(channels, taps, positions);
        if (constant is { } value)
        {
            Array.Fill(input, value);
        }

        int zeroPoint = signed ? -5 : 9, outputStride = channels + 16;
        int start = -taps * (signed ? 3 : 100);
        float[] multipliers = [.. Enumerable.Range(0, positions).Select(x => 1.3f / (taps - x))];
        byte[] output = new byte[positions * outputStride];
        Array.Fill(output, Untouched);
        (int minimum, int maximum) = signed ? (-120, 100) : (3, 250);
        OutputGrid grid = OutputGrid.Of(zeroPoint, minimum, maximum, signed);
        using GuardedBytes guarded = new(input);
        fixed (byte* o = output)
        fixed (int* f = offsets)
        fixed (float* m = multipliers)
        {
            AveragePoolingRow row = new()
            {
                Input = guarded.Bytes,
                InputStride = channels,
                Offsets = f,
                Taps = taps,
                Signed = signed,
                Start = start,
                Multipliers = m,
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
            for (int c = 0; c < channels; c++)
            {
                int sum = start + offsets.Sum(offset => signed ? (sbyte)input[x * channels + offset + c] : input[x * channels + offset + c]);
                double rounded = Math.Round((double)(sum * multipliers[x]), MidpointRounding.ToEven);
                expected[x * outputStride + c] = (byte)(int)Math.Clamp(rounded + zeroPoint, minimum, maximum);
            }
        }

        Assert.Equal(expected, output);
    }

    private static (byte[] Input, int[] Offsets) InputOf(int channels, int taps, int positions)
    {
        Random random = new(channels + taps);
        int[] offsets = [.. Enumerable.Range(0, taps).Select(_ => random.Next(0, 500))];
        byte[] input = new byte[offsets.Max() + positions * channels];
        random.NextBytes(input);
        return (input, offsets);
    }
}
