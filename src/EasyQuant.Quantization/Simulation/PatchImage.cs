using System.Runtime.InteropServices;
using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Simulation;

/// <summary>The quantized inputs of a segment, laid out for the product kernels. Reused from call to call; one thread at a time.</summary>
internal sealed class PatchImage
{
    private byte[] _bytes = [];
    private uint[] _row = [];
    private PatchLayout? _layout;

    /// <summary>What the bytes count as zero.</summary>
    public int ZeroPoint { get; private set; }

    /// <summary>Quantizes the images of a segment, one after another.</summary>
    public void Fill(ReadOnlySpan<float> input, PatchLayout layout, float scale, IntegerRange range)
    {
        if (_bytes.Length < layout.ByteLength)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(layout.ByteLength);
        }

        _layout = layout;
        QuantizationParameters parameters = QuantizationParameters.ForActivations(range, scale, DataType.UInt8);
        ZeroPoint = parameters.ZeroPoint;

        // In rising order of addresses: what a vector writes beyond the end of a row is written once more.
        if (layout.Parts[0].IsMatrix)
        {
            FillMatrices(input, layout, parameters);
            return;
        }

        for (int quad = 0; quad < layout.Quads; quad++)
        {
            (int source, int start) = (0, 0);
            foreach (PatchGeometry part in layout.Parts)
            {
                FillQuad(input.Slice(source, part.InputLength), part, quad, start, parameters);
                source += part.InputLength;
                start += (part.OutputHeight + layout.Rows.Reach) * (part.OutputWidth + layout.Columns.Reach);
            }
        }
    }

    /// <summary>The matrix that a group of the layer multiplies.</summary>
    public QuadMatrix View(ReadOnlySpan<int> offsets) => new(_bytes, offsets, _layout!.Positions);

    private void FillQuad(ReadOnlySpan<float> image, PatchGeometry g, int quad, int start, QuantizationParameters parameters)
    {
        Span<uint> quads = MemoryMarshal.Cast<byte, uint>(_bytes.AsSpan(0, _layout!.ByteLength));
        uint padding = (uint)ZeroPoint * 0x01010101;
        (PatchLayout.Axis rows, PatchLayout.Axis columns) = (_layout.Rows, _layout.Columns);
        int width = g.OutputWidth + columns.Reach;
        int planes = Math.Min(4, g.Channels - 4 * quad);
        ReadOnlySpan<float> channels = image[(4 * quad * g.Height * g.Width)..];
        for (int rowPhase = 0; rowPhase < rows.Phases.Length; rowPhase++)
        {
            for (int y = 0; y < g.OutputHeight + rows.Reach; y++)
            {
                int sourceY = (y + rows.First) * rows.Stride + rows.Phases[rowPhase];
                bool inside = (uint)sourceY < (uint)g.Height;
                if (inside && columns.Stride > 1)
                {
                    _row = _row.Length >= g.Width ? _row : new uint[g.Width];
                    Quantize(channels[(sourceY * g.Width)..], g, planes, parameters, _row);
                }

                for (int columnPhase = 0; columnPhase < columns.Phases.Length; columnPhase++)
                {
                    Span<uint> row = quads[(_layout.PlaneStart(quad, rowPhase, columnPhase) + start + y * width)..];
                    int first = inside ? Math.Clamp(-columns.First, 0, width) : width;
                    int offset = columns.Phases[columnPhase];
                    int end = inside ? Math.Clamp((g.Width - 1 - offset) / columns.Stride + 1 - columns.First, first, width) : width;
                    row[..first].Fill(padding);
                    if (first < end && columns.Stride == 1)
                    {
                        Quantize(channels[(sourceY * g.Width + first + columns.First)..], g, planes, parameters, row[first..], end - first);
                    }
                    else
                    {
                        for (int x = first; x < end; x++)
                        {
                            row[x] = _row[(x + columns.First) * columns.Stride + offset];
                        }
                    }

                    row[end..width].Fill(padding);
                }
            }
        }
    }

    private static void Quantize(ReadOnlySpan<float> channels, PatchGeometry g, int planes, QuantizationParameters parameters, Span<uint> quads, int? length = null) =>
        QuadQuantizer.Quantize(
            channels, g.Height * g.Width, planes, length ?? g.Width, parameters.Scales[0], parameters.ZeroPoint, parameters.Minimum, parameters.Maximum, quads);

    // The channels of a position follow each other already.
    private void FillMatrices(ReadOnlySpan<float> rows, PatchLayout layout, QuantizationParameters parameters)
    {
        Span<uint> quads = MemoryMarshal.Cast<byte, uint>(_bytes.AsSpan(0, layout.ByteLength));
        int channels = layout.Parts[0].Channels;
        _row = _row.Length >= layout.Quads ? _row : new uint[layout.Quads];
        Span<byte> bytes = MemoryMarshal.AsBytes(_row.AsSpan(0, layout.Quads));
        bytes.Fill((byte)ZeroPoint);
        for (int p = 0; p < layout.Positions.Count; p++)
        {
            ByteQuantizer.Quantize(rows.Slice(p * channels, channels), parameters.Scales[0], parameters.ZeroPoint, parameters.Minimum, parameters.Maximum, bytes);
            for (int quad = 0; quad < layout.Quads; quad++)
            {
                quads[layout.PlaneStart(quad, 0, 0) + p] = _row[quad];
            }
        }
    }
}
