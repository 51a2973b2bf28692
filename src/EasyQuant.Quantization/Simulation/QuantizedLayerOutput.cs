using EasyQuant.Quantization.Planning;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Simulation;

/// <summary>
/// What a quantized layer hands on: <c>y[r] = (Σ_k W[r, k] · (A[k] − z) + b_q[r]) · s_x · s_w[r]</c> with the bias rounded to
/// that step, as the exported graph computes it.
/// </summary>
internal sealed class QuantizedLayerOutput
{
    private readonly QuantizableLayer _layer;
    private readonly IntegerRange _range;
    private readonly float _inputScale;
    private readonly float[] _outputScales;
    private readonly long[] _bias;
    private readonly sbyte[] _rows;

    public QuantizedLayerOutput(QuantizableLayer layer, TensorGroup group, ScaleTable scales)
    {
        _layer = layer;
        _range = group.Range;
        _inputScale = scales[group];
        _outputScales = [.. scales.WeightScales(layer).Select(s => s * _inputScale)];
        _bias = new long[layer.Channels];
        if (layer.Bias is { } bias)
        {
            for (int channel = 0; channel < _bias.Length; channel++)
            {
                _bias[channel] = (long)Math.Round((double)bias.AsSpan<float>()[channel] / _outputScales[channel], MidpointRounding.ToEven);
            }
        }

        _rows = scales.QuantizeWeights(layer);
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
        byte[] buffer = new byte[PatchBuilder.ByteLength([geometry])];
        for (int group = 0; group < _layer.Groups; group++)
        {
            PatchMatrix patches = PatchBuilder.Build(quantized, [geometry], group, _range, buffer);
            for (int r = group * _layer.ChannelsPerGroup; r < (group + 1) * _layer.ChannelsPerGroup; r++)
            {
                ReadOnlySpan<sbyte> row = _rows.AsSpan(r * _layer.RowLength, _layer.RowLength);
                for (int p = 0; p < positions; p++)
                {
                    long sum = _bias[r];
                    ReadOnlySpan<byte> patch = patches.Bytes.Span.Slice(p * patches.Stride, patches.RowLength);
                    for (int k = 0; k < patch.Length; k++)
                    {
                        sum += row[k] * (patch[k] - patches.ZeroPoint);
                    }

                    destination[geometry.IsMatrix ? p * _layer.Channels + r : r * positions + p] = sum * _outputScales[r];
                }
            }
        }
    }
}
