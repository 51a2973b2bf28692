using System.Runtime.Intrinsics;
using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Quantization.Planning;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Simulation;

/// <summary>
/// What a quantized layer hands on: <c>y[r] = (Σ_k W[r, k] · (A[k] − z) + b_q[r]) · s_x · s_w[r]</c> with the bias rounded to
/// that step, as the exported graph computes it.
/// </summary>
internal sealed class QuantizedLayerOutput
{
    // Beyond this the exporter widens the channel's step instead; here the bias may saturate.
    private const double LargestBias = 1 << 30;

    private readonly QuantizableLayer _layer;
    private readonly IntegerRange _range;
    private readonly float _inputScale;
    private readonly float[] _outputScales;
    private readonly int[] _bias;
    private readonly SignedRows[] _rows;

    public QuantizedLayerOutput(QuantizableLayer layer, TensorGroup group, ScaleTable scales)
    {
        _layer = layer;
        _range = group.Range;
        _inputScale = scales[group];
        _outputScales = [.. scales.WeightScales(layer).Select(s => s * _inputScale)];
        _bias = new int[layer.Channels];
        if (layer.Bias is { } bias)
        {
            for (int channel = 0; channel < _bias.Length; channel++)
            {
                double rounded = Math.Round((double)bias.AsSpan<float>()[channel] / _outputScales[channel], MidpointRounding.ToEven);
                _bias[channel] = (int)Math.Clamp(rounded, -LargestBias, LargestBias);
            }
        }

        _rows = [.. scales.QuantizeWeights(layer).Chunk(layer.RowLength).Chunk(layer.ChannelsPerGroup).Select(rows => new SignedRows(rows, layer.RowLength))];
    }

    /// <summary>The output for one sample's input.</summary>
    public Tensor Compute(Tensor input, Shape outputShape)
    {
        Tensor output = Tensor.Allocate(DataType.Float32, outputShape);
        Span<float> destination = output.AsMutableSpan<float>();
        (PatchGeometry geometry, int images) = PatchGeometry.Of(_layer, input.Shape, outputShape);
        for (int image = 0; image < images; image++)
        {
            int inputLength = geometry.InputLength;
            byte[] quantized = new byte[inputLength];
            PatchBuilder.Quantize(input.AsSpan<float>().Slice(image * inputLength, inputLength), _inputScale, _range, quantized);
            Compute(quantized, geometry, destination.Slice(image * _layer.Channels * geometry.Positions, _layer.Channels * geometry.Positions));
        }

        return output;
    }

    /// <summary>The float network's output with its bias, from the output without.</summary>
    public Tensor AddFloatBias(Tensor withoutBias)
    {
        if (_layer.Bias is null)
        {
            return withoutBias;
        }

        Tensor sum = Tensor.Allocate(DataType.Float32, withoutBias.Shape);
        ReadOnlySpan<float> source = withoutBias.AsSpan<float>();
        ReadOnlySpan<float> bias = _layer.Bias.AsSpan<float>();
        Span<float> destination = sum.AsMutableSpan<float>();
        int inner = _layer.Kind == LayerKind.Convolution ? withoutBias.Shape.Product(2, withoutBias.Shape.Rank) : 1;
        for (int i = 0; i < source.Length; i += inner)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(source.Slice(i, inner), bias[i / inner % bias.Length], destination.Slice(i, inner));
        }

        return sum;
    }

    private void Compute(byte[] quantized, PatchGeometry geometry, Span<float> destination)
    {
        int positions = geometry.Positions;
        int perGroup = _layer.ChannelsPerGroup;
        PatchBuilder builder = new();
        byte[] buffer = new byte[PatchBuilder.ByteLength([geometry])];
        int[] accumulators = new int[perGroup * positions];
        for (int group = 0; group < _layer.Groups; group++)
        {
            PatchMatrix patches = builder.Build(quantized, [geometry], group, _range, buffer);
            IntegerProduct.Multiply(IntegerProductKernels.Best, patches.Panels.Span, positions, patches.ZeroPoint, _rows[group], accumulators);
            for (int r = 0; r < perGroup; r++)
            {
                int channel = group * perGroup + r;
                ReadOnlySpan<int> row = accumulators.AsSpan(r * positions, positions);
                if (geometry.IsMatrix)
                {
                    for (int p = 0; p < positions; p++)
                    {
                        destination[p * _layer.Channels + channel] = (row[p] + _bias[channel]) * _outputScales[channel];
                    }
                }
                else
                {
                    Dequantize(row, _bias[channel], _outputScales[channel], destination.Slice(channel * positions, positions));
                }
            }
        }
    }

    private static void Dequantize(ReadOnlySpan<int> accumulators, int bias, float scale, Span<float> destination)
    {
        int p = 0;
        for (; p + Vector512<int>.Count <= accumulators.Length; p += Vector512<int>.Count)
        {
            Vector512<int> sum = Vector512.Create(accumulators[p..]) + Vector512.Create(bias);
            (Vector512.ConvertToSingle(sum) * scale).CopyTo(destination[p..]);
        }

        for (; p < accumulators.Length; p++)
        {
            destination[p] = (accumulators[p] + bias) * scale;
        }
    }
}
