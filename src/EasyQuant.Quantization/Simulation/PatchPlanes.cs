using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Simulation;

/// <summary>The patches of a quantized image as planes: one k over all output positions, plane after plane.</summary>
internal static class PatchPlanes
{
    /// <summary>An image as stored integers: its zero is the grid's <see cref="IntegerRange.ZeroByte"/>.</summary>
    public static byte[] Quantize(ReadOnlySpan<float> image, float scale, IntegerRange range)
    {
        QuantizationParameters parameters = QuantizationParameters.ForActivations(range, scale, DataType.UInt8);
        byte[] quantized = new byte[image.Length];
        ByteQuantizer.Quantize(image, scale, parameters.ZeroPoint, parameters.Minimum, parameters.Maximum, quantized);
        return quantized;
    }

    /// <summary>The patches of one group of a convolution.</summary>
    public static void Build(ReadOnlySpan<byte> image, PatchGeometry geometry, int group, IntegerRange range, Span<byte> planes)
    {
        for (int k = 0; k < geometry.RowLength; k++)
        {
            FillPlane(image, geometry, group, k, (byte)range.ZeroByte, planes.Slice(k * geometry.Positions, geometry.Positions));
        }
    }

    // One k over all output positions: the input shifted to where that weight looks.
    private static void FillPlane(ReadOnlySpan<byte> image, PatchGeometry g, int group, int k, byte padding, Span<byte> plane)
    {
        int channel = group * (g.Channels / g.Groups) + k / (g.KernelHeight * g.KernelWidth);
        ReadOnlySpan<byte> map = image.Slice(channel * g.Height * g.Width, g.Height * g.Width);
        int shiftY = k / g.KernelWidth % g.KernelHeight * g.DilationY - g.PadTop;
        int shiftX = k % g.KernelWidth * g.DilationX - g.PadLeft;
        if (g.StrideX == 1 && g.StrideY == 1 && shiftX == 0 && g.OutputWidth == g.Width && shiftY >= 0 && shiftY + g.OutputHeight <= g.Height)
        {
            map.Slice(shiftY * g.Width, plane.Length).CopyTo(plane);
            return;
        }

        int firstX = Math.Min(g.OutputWidth, Math.Max(0, (-shiftX + g.StrideX - 1) / g.StrideX));
        int endX = Math.Max(firstX, Math.Min(g.OutputWidth, (g.Width - 1 - shiftX + g.StrideX) / g.StrideX));
        for (int y = 0; y < g.OutputHeight; y++)
        {
            Span<byte> row = plane.Slice(y * g.OutputWidth, g.OutputWidth);
            int sourceY = y * g.StrideY + shiftY;
            if ((uint)sourceY >= (uint)g.Height)
            {
                row.Fill(padding);
                continue;
            }

            ReadOnlySpan<byte> source = map.Slice(sourceY * g.Width, g.Width);
            row[..firstX].Fill(padding);
            row[endX..].Fill(padding);
            if (g.StrideX == 1)
            {
                source.Slice(firstX + shiftX, endX - firstX).CopyTo(row[firstX..]);
                continue;
            }

            for (int x = firstX; x < endX; x++)
            {
                row[x] = source[x * g.StrideX + shiftX];
            }
        }
    }
}
