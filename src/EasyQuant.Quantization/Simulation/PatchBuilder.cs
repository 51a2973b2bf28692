namespace EasyQuant.Quantization.Simulation;

/// <summary>Quantizes a segment's input and lays it out as patches.</summary>
internal static class PatchBuilder
{
    /// <summary>Bytes of the patches of one group of a segment.</summary>
    public static int ByteLength(IReadOnlyList<PatchGeometry> parts) => parts.Sum(g => g.Positions * PatchMatrix.StrideOf(g.RowLength));

    /// <summary>The input as stored integers: zero point 128 on signed grids, 0 on unsigned ones.</summary>
    public static void Quantize(ReadOnlySpan<float> input, float scale, IntegerRange range, Span<byte> destination)
    {
        QuantizationParameters parameters = QuantizationParameters.ForActivations(range, scale, Tensors.DataType.UInt8);
        for (int i = 0; i < input.Length; i++)
        {
            destination[i] = (byte)parameters.Quantize(input[i]);
        }
    }

    /// <summary>The patches of one group: all parts of the segment one after another.</summary>
    public static PatchMatrix Build(ReadOnlySpan<byte> quantized, IReadOnlyList<PatchGeometry> parts, int group, IntegerRange range, byte[] buffer)
    {
        int zeroPoint = range.Signed ? 128 : 0;
        int rowLength = parts[0].RowLength;
        int stride = PatchMatrix.StrideOf(rowLength);
        (int input, int output) = (0, 0);
        foreach (PatchGeometry part in parts)
        {
            Build(quantized.Slice(input, part.InputLength), part, group, (byte)zeroPoint, buffer.AsSpan(output), stride);
            input += part.InputLength;
            output += part.Positions * stride;
        }

        return new PatchMatrix(buffer.AsMemory(0, output), output / stride, rowLength, stride, zeroPoint);
    }

    private static void Build(ReadOnlySpan<byte> image, PatchGeometry g, int group, byte padding, Span<byte> patches, int stride)
    {
        if (g.IsMatrix)
        {
            for (int p = 0; p < g.Positions; p++)
            {
                image.Slice(p * g.Channels, g.Channels).CopyTo(patches[(p * stride)..]);
            }

            return;
        }

        int channels = g.Channels / g.Groups;
        for (int y = 0; y < g.OutputHeight; y++)
        {
            for (int x = 0; x < g.OutputWidth; x++)
            {
                Span<byte> patch = patches.Slice((y * g.OutputWidth + x) * stride, stride);
                int k = 0;
                for (int c = group * channels; c < (group + 1) * channels; c++)
                {
                    for (int ky = 0; ky < g.KernelHeight; ky++)
                    {
                        int iy = y * g.StrideY - g.PadTop + ky * g.DilationY;
                        for (int kx = 0; kx < g.KernelWidth; kx++)
                        {
                            int ix = x * g.StrideX - g.PadLeft + kx * g.DilationX;
                            bool inside = (uint)iy < (uint)g.Height && (uint)ix < (uint)g.Width;
                            patch[k++] = inside ? image[(c * g.Height + iy) * g.Width + ix] : padding;
                        }
                    }
                }
            }
        }
    }
}
