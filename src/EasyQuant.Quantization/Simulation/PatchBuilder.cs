using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Simulation;

/// <summary>Quantizes the input of a layer and lays it out as patches. Its buffers are reused from call to call; one thread at a time.</summary>
internal sealed class PatchBuilder
{
    private byte[] _planes = [];

    /// <summary>Bytes of the patches of one group of a segment.</summary>
    public static int ByteLength(IReadOnlyList<PatchGeometry> parts) =>
        BytePanels.ByteLength(parts.Sum(g => g.Positions), parts[0].RowLength);

    /// <summary>The input as stored integers: zero point 128 on signed grids, 0 on unsigned ones.</summary>
    public static void Quantize(ReadOnlySpan<float> input, float scale, IntegerRange range, Span<byte> destination)
    {
        QuantizationParameters parameters = QuantizationParameters.ForActivations(range, scale, DataType.UInt8);
        ByteQuantizer.Quantize(input, scale, parameters.ZeroPoint, parameters.Minimum, parameters.Maximum, destination);
    }

    /// <summary>The patches of one group: all parts of the segment one after another.</summary>
    /// <param name="quantized">The images of the segment.</param>
    /// <param name="parts">Their geometries.</param>
    /// <param name="group">The group of the convolution.</param>
    /// <param name="range">The grid of the input.</param>
    /// <param name="buffer">Where the patches go; <see cref="ByteLength"/> bytes.</param>
    public PatchMatrix Build(ReadOnlySpan<byte> quantized, IReadOnlyList<PatchGeometry> parts, int group, IntegerRange range, byte[] buffer)
    {
        int zeroPoint = range.Signed ? 128 : 0;
        int positions = parts.Sum(g => g.Positions);
        int rowLength = parts[0].RowLength;
        int plane = BytePanels.PlaneLength(positions);
        if (_planes.Length < 4 * plane)
        {
            _planes = new byte[4 * plane];
        }

        for (int k = 0; k < rowLength; k += 4)
        {
            for (int i = 0; i < Math.Min(4, rowLength - k); i++)
            {
                (int input, int output) = (0, i * plane);
                foreach (PatchGeometry part in parts)
                {
                    FillPlane(quantized.Slice(input, part.InputLength), part, group, k + i, (byte)zeroPoint, _planes.AsSpan(output, part.Positions));
                    input += part.InputLength;
                    output += part.Positions;
                }
            }

            BytePanels.WriteGroup(_planes, positions, rowLength, k / 4, buffer);
        }

        return new PatchMatrix(buffer.AsMemory(0, BytePanels.ByteLength(positions, rowLength)), positions, zeroPoint);
    }

    /// <summary>The patches of one group of an image as planes: one k over all positions, plane after plane.</summary>
    public static void BuildPlanes(ReadOnlySpan<byte> image, PatchGeometry geometry, int group, IntegerRange range, Span<byte> planes)
    {
        for (int k = 0; k < geometry.RowLength; k++)
        {
            FillPlane(image, geometry, group, k, (byte)(range.Signed ? 128 : 0), planes.Slice(k * geometry.Positions, geometry.Positions));
        }
    }

    // One k over all output positions: the input shifted to where that weight looks.
    private static void FillPlane(ReadOnlySpan<byte> image, PatchGeometry g, int group, int k, byte padding, Span<byte> plane)
    {
        if (g.IsMatrix)
        {
            for (int p = 0; p < plane.Length; p++)
            {
                plane[p] = image[p * g.Channels + k];
            }

            return;
        }

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
