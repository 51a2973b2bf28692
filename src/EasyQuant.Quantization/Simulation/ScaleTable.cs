using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Quantization.Planning;

namespace EasyQuant.Quantization.Simulation;

/// <summary>Every step of a plan: for each output channel of each layer, and for each group of tensors.</summary>
/// <remarks>
/// A channel has two: its weights are rounded by <see cref="RoundingScales"/>, <c>q = round(w / s_r)</c>, and stand for
/// <c>q · s</c> with <see cref="WeightScales"/>. They start equal; a method may refit the second to the integers found.
/// </remarks>
public sealed class ScaleTable
{
    /// <summary>The smallest normal number: no step is below it.</summary>
    internal const float SmallestScale = 1.17549435e-38f;

    private readonly Func<QuantizableLayer, IntegerRange> _weightRange;
    private readonly float[][] _roundingScales;
    private readonly float[][] _weightScales;
    private readonly float[] _groupScales;
    private readonly Dictionary<QuantizableLayer, int> _layerIndex;
    private readonly Dictionary<QuantizableLayer, sbyte[]> _integers = [];
    private readonly Dictionary<QuantizableLayer, float[]> _biases = [];

    /// <summary>
    /// Start values: weights from their largest magnitude, <c>s = max|w| / qmax</c>; groups as given.
    /// </summary>
    /// <param name="plan">What is quantized.</param>
    /// <param name="groupScales">The step of each group.</param>
    /// <param name="weightRange">The grid of each layer's weights.</param>
    public ScaleTable(QuantizationPlan plan, IReadOnlyList<float> groupScales, Func<QuantizableLayer, IntegerRange> weightRange)
    {
        _weightRange = weightRange;
        _groupScales = [.. groupScales];
        _roundingScales = [.. plan.Layers.Select(l => MaximumScales(l, weightRange(l)))];
        _weightScales = [.. _roundingScales.Select(s => s.ToArray())];
        _layerIndex = plan.Layers.Select((l, i) => (l, i)).ToDictionary(p => p.l, p => p.i);
    }

    /// <summary>The grid of a layer's weights.</summary>
    public IntegerRange WeightRange(QuantizableLayer layer) => _weightRange(layer);

    /// <summary>The steps by which a layer's weights are rounded.</summary>
    public float[] RoundingScales(QuantizableLayer layer) => _roundingScales[_layerIndex[layer]];

    /// <summary>The steps that a layer's integers stand for.</summary>
    public float[] WeightScales(QuantizableLayer layer) => _weightScales[_layerIndex[layer]];

    /// <summary>The step of a group.</summary>
    public float this[TensorGroup group]
    {
        get => _groupScales[group.Index];
        set => _groupScales[group.Index] = value;
    }

    /// <summary>The bias of a layer: the model's, or what a method put in its place; null where there is none.</summary>
    public float[]? Bias(QuantizableLayer layer) => _biases.TryGetValue(layer, out float[]? bias) ? bias : layer.Bias?.AsSpan<float>().ToArray();

    /// <summary>Replaces the bias of a layer.</summary>
    public void SetBias(QuantizableLayer layer, float[] bias) => _biases[layer] = bias;

    /// <summary>Puts integers, row after row, in the place of rounded weights.</summary>
    public void SetIntegers(QuantizableLayer layer, sbyte[] rows) => _integers[layer] = rows;

    /// <summary>The bias that a method put in the place of the model's, if any.</summary>
    internal float[]? PlacedBias(QuantizableLayer layer) => _biases.GetValueOrDefault(layer);

    /// <summary>The integers that a method put in the place of rounded weights, if any.</summary>
    internal sbyte[]? PlacedIntegers(QuantizableLayer layer) => _integers.GetValueOrDefault(layer);

    /// <summary>Gives a channel a coarser step.</summary>
    internal void Coarsen(QuantizableLayer layer, int channel, float step)
    {
        if (_integers.TryGetValue(layer, out sbyte[]? integers))
        {
            float factor = WeightScales(layer)[channel] / step;
            foreach (ref sbyte weight in integers.AsSpan(channel * layer.RowLength, layer.RowLength))
            {
                weight = (sbyte)MathF.Round(weight * factor, MidpointRounding.ToEven);
            }
        }

        RoundingScales(layer)[channel] = WeightScales(layer)[channel] = step;
    }

    /// <summary>The integer weights of a layer, row after row: rounded under the present steps, or what a method put in their place.</summary>
    public sbyte[] QuantizeWeights(QuantizableLayer layer)
    {
        if (_integers.TryGetValue(layer, out sbyte[]? integers))
        {
            return [.. integers];
        }

        sbyte[] rows = new sbyte[layer.Weight.Count];
        float[] scales = RoundingScales(layer);
        IntegerRange range = WeightRange(layer);
        for (int channel = 0; channel < layer.Channels; channel++)
        {
            QuantizeRow(layer.Row(channel), scales[channel], range, rows.AsSpan(channel * layer.RowLength, layer.RowLength));
        }

        return rows;
    }

    /// <summary>The same for the product kernels: for each group of the layer its rows, in their order.</summary>
    internal SignedRows[] QuantizeRows(QuantizableLayer layer, PatchRows order)
    {
        sbyte[] weights = QuantizeWeights(layer);
        SignedRows[] groups = new SignedRows[layer.Groups];
        for (int group = 0; group < groups.Length; group++)
        {
            IEnumerable<int> channels = Enumerable.Range(group * layer.ChannelsPerGroup, layer.ChannelsPerGroup);
            groups[group] = new SignedRows(
                [.. channels.Select(c => order.Pack<sbyte>(weights.AsSpan(c * layer.RowLength, layer.RowLength), group))], order.Length(group));
        }

        return groups;
    }

    /// <summary><c>q[k] = clamp(round(w[k] / s))</c>.</summary>
    internal static void QuantizeRow(ReadOnlySpan<float> row, float scale, IntegerRange range, Span<sbyte> destination) =>
        ByteQuantizer.QuantizeSigned(row, scale, range.Maximum, destination);

    private static float[] MaximumScales(QuantizableLayer layer, IntegerRange range)
    {
        float[] scales = new float[layer.Channels];
        for (int channel = 0; channel < scales.Length; channel++)
        {
            float magnitude = Statistics.ValueRange.Of(layer.Row(channel)).Magnitude;
            scales[channel] = StartScale(magnitude, range);
        }

        return scales;
    }

    /// <summary><c>s = t / max |q|</c>, never below the smallest normal number; 1 for a tensor that is zero everywhere.</summary>
    internal static float StartScale(double threshold, IntegerRange range) =>
        threshold == 0 ? 1 : MathF.Max((float)(threshold / range.Largest), SmallestScale);
}
