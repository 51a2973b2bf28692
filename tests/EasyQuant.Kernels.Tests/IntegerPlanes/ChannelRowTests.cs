using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerPlanes;

/// <summary>Kernels with parameters for each channel: PRelu and tables.</summary>
public sealed unsafe class ChannelRowTests
{
    private const byte Untouched = 77;
    private const int Positions = 300;

    public static TheoryData<string> SlopeIsas => [.. SlopeKernels.All.Select(k => k.Isa)];

    public static TheoryData<string> LookupIsas => [.. ChannelLookupKernels.All.Select(k => k.Isa)];

    [Theory]
    [MemberData(nameof(SlopeIsas))]
    public void Slopes_EqualTheDefinition(string isa)
    {
        Kernel<SlopeRow> kernel = KernelUnderTest.Of(SlopeKernels.All, isa);
        for (int channels = 16; channels <= 144; channels += 16)
        {
            foreach (int zeroPoint in new[] { 0, 128, 255 })
            {
                AssertSlopes(kernel, channels, zeroPoint);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LookupIsas))]
    public void Tables_AreThoseOfTheChannel(string isa)
    {
        Kernel<ChannelLookupRow> kernel = KernelUnderTest.Of(ChannelLookupKernels.All, isa);
        foreach (int channels in new[] { 1, 15, 64, 65, 200 })
        {
            byte[] tables = new byte[channels * 256];
            new Random(channels).NextBytes(tables);
            byte[] input = InputOf(channels);
            byte[] output = new byte[Positions * (channels + 16)];
            Array.Fill(output, Untouched);
            using GuardedBytes guarded = new(input);
            fixed (byte* o = output, t = tables)
            {
                ChannelLookupRow row = new()
                {
                    Input = guarded.Bytes,
                    InputStride = channels,
                    Tables = t,
                    Output = o,
                    OutputStride = channels + 16,
                    Positions = Positions,
                    Channels = channels,
                };
                kernel.Run(&row);
            }

            AssertRows(input, output, channels, (q, channel) => tables[256 * channel + q]);
        }
    }

    private static void AssertSlopes(Kernel<SlopeRow> kernel, int channels, int zeroPoint)
    {
        const float Positive = 0.75f;
        const int ZeroPoint = 100, Minimum = 2, Maximum = 251;

        // Quarters give ties; the last slope takes everything out of range.
        float[] negative = [.. Enumerable.Range(0, channels).Select(c => c == channels - 1 ? 9000 : (c - 5) / 4f)];
        byte[] input = InputOf(channels);
        byte[] output = new byte[Positions * (channels + 16)];
        Array.Fill(output, Untouched);
        OutputGrid grid = OutputGrid.Of(ZeroPoint, Minimum, Maximum, signed: false);
        using GuardedBytes guarded = new(input);
        fixed (byte* o = output)
        fixed (float* n = negative)
        {
            SlopeRow row = new()
            {
                Input = guarded.Bytes,
                InputStride = channels,
                ZeroPoint = zeroPoint,
                Positive = Positive,
                Negative = n,
                Output = o,
                OutputStride = channels + 16,
                Positions = Positions,
                Channels = channels,
                Grid = &grid,
            };
            kernel.Run(&row);
        }

        AssertRows(input, output, channels, (q, channel) =>
        {
            float product = (q - zeroPoint) * (q < zeroPoint ? negative[channel] : Positive);
            return (byte)Math.Clamp(MathF.Round(product, MidpointRounding.ToEven) + ZeroPoint, Minimum, Maximum);
        });
    }

    private static void AssertRows(byte[] input, byte[] output, int channels, Func<byte, int, byte> expected)
    {
        for (int i = 0; i < output.Length; i++)
        {
            (int position, int channel) = (i / (channels + 16), i % (channels + 16));
            Assert.Equal(channel < channels ? expected(input[position * channels + channel], channel) : Untouched, output[i]);
        }
    }

    private static byte[] InputOf(int channels)
    {
        byte[] input = new byte[Positions * channels];
        new Random(channels).NextBytes(input);
        return input;
    }
}
