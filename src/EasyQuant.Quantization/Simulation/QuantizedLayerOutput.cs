using System.Collections.Concurrent;
using System.Runtime.Intrinsics;
using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Quantization.Planning;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

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
    private readonly PatchRows _order;
    private readonly ConcurrentBag<Scratch> _idle = [];
    private readonly SignedRows[] _rows;

    public QuantizedLayerOutput(QuantizableLayer layer, TensorGroup group, ScaleTable scales)
    {
        _layer = layer;
        _range = group.Range;
        _inputScale = scales[group];
        _outputScales = [.. scales.WeightScales(layer).Select(s => s * _inputScale)];
        _bias = new int[layer.Channels];
        if (scales.Bias(layer) is { } bias)
        {
            for (int channel = 0; channel < _bias.Length; channel++)
            {
                double rounded = Math.Round((double)bias[channel] / _outputScales[channel], MidpointRounding.ToEven);
                _bias[channel] = (int)Math.Clamp(rounded, -LargestBias, LargestBias);
            }
        }

        _order = new PatchRows(layer);
        _rows = scales.QuantizeRows(layer, _order);
    }

    /// <summary>The output for one sample's input, in a tensor of the context.</summary>
    public Tensor Compute(Tensor input, Shape outputShape, OperatorContext context)
    {
        Tensor output = context.Allocate(DataType.Float32, outputShape);
        Span<float> destination = output.AsMutableSpan<float>();
        (PatchGeometry geometry, int images) = PatchGeometry.Of(_layer, input.Shape, outputShape);
        PatchLayout layout = new([geometry]);
        Scratch scratch = _idle.TryTake(out Scratch? idle) ? idle : new Scratch();
        for (int image = 0; image < images; image++)
        {
            int inputLength = geometry.InputLength;
            scratch.Patches.Fill(input.AsSpan<float>().Slice(image * inputLength, inputLength), layout, _inputScale, _range);
            Compute(scratch, layout, geometry, destination.Slice(image * _layer.Channels * geometry.Positions, _layer.Channels * geometry.Positions));
        }

        _idle.Add(scratch);
        return output;
    }

    /// <summary>Adds the bias to the float network's output without.</summary>
    public void AddFloatBias(Tensor output)
    {
        if (_layer.Bias is null)
        {
            return;
        }

        ReadOnlySpan<float> bias = _layer.Bias.AsSpan<float>();
        Span<float> elements = output.AsMutableSpan<float>();
        int inner = _layer.Kind == LayerKind.Convolution ? output.Shape.Product(2, output.Shape.Rank) : 1;
        for (int i = 0; i < elements.Length; i += inner)
        {
            Span<float> channel = elements.Slice(i, inner);
            TensorPrimitives.Add(channel, bias[i / inner % bias.Length], channel);
        }
    }

    private void Compute(Scratch scratch, PatchLayout layout, PatchGeometry geometry, Span<float> destination)
    {
        int positions = geometry.Positions;
        int perGroup = _layer.ChannelsPerGroup;
        PatchImage patches = scratch.Patches;
        Span<int> accumulators = scratch.Accumulators(perGroup * positions);
        for (int group = 0; group < _layer.Groups; group++)
        {
            IntegerProduct.Multiply(IntegerProductKernels.Best, patches.View(layout.Offsets(_order, group)), patches.ZeroPoint, _rows[group], accumulators);
            for (int r = 0; r < perGroup; r++)
            {
                int channel = group * perGroup + r;
                ReadOnlySpan<int> row = accumulators.Slice(r * positions, positions);
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

    /// <summary>What one computation writes to, kept for the next.</summary>
    private sealed class Scratch
    {
        private int[] _accumulators = [];

        public PatchImage Patches { get; } = new();

        public Span<int> Accumulators(int length) => (_accumulators = _accumulators.Length >= length ? _accumulators : new int[length]).AsSpan(0, length);
    }
}
