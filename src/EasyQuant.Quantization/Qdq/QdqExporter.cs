using EasyQuant.Graphs;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Qdq;

/// <summary>Turns a prepared float graph, a plan and its steps into a graph of standard QuantizeLinear and DequantizeLinear operators.</summary>
/// <remarks>
/// <para>Every tensor of a group becomes <c>t → QuantizeLinear → (Clip) → DequantizeLinear</c>, and whoever read t reads the
/// result; graph outputs stay as they were. Weights are stored as int8 with a step for each output channel, biases as int32
/// with the step <c>s_x · s_w</c>.</para>
/// <para>The form follows what runtimes recognise. A Relu or Clip that the grid implies is left out, since in front of
/// QuantizeLinear it would keep its convolution in float. Grids narrower than the storage get a Clip on the integers, after
/// QuantizeLinear: every runtime then computes the same numbers and still sees an integer convolution.</para>
/// </remarks>
public sealed class QdqExporter
{
    /// <summary>The first standard operator set with a step for each channel in DequantizeLinear.</summary>
    public const int MinimumOpset = 13;

    // Leaves room for the accumulator beside the bias in 32 bits.
    private const double LargestBias = 1 << 30;

    private readonly Graph _graph;
    private readonly QuantizationPlan _plan;
    private readonly ScaleTable _scales;
    private readonly DataType _activationType;
    private readonly HashSet<string> _names;

    private QdqExporter(Graph graph, QuantizationPlan plan, ScaleTable scales, DataType activationType)
    {
        _graph = graph;
        _plan = plan;
        _scales = scales;
        _activationType = activationType;
        _names = [.. graph.AllValues().Select(v => v.Name)];
    }

    /// <summary>Rewrites the model's graph, on which the plan was made, in place.</summary>
    /// <exception cref="InvalidModelException">The model's operator set is older than <see cref="MinimumOpset"/>.</exception>
    public static void Apply(Model model, QuantizationPlan plan, ScaleTable scales, DataType activationType)
    {
        if (model.Opset < MinimumOpset)
        {
            throw new InvalidModelException($"The model uses operator set {model.Opset}; quantized models need {MinimumOpset} or later.");
        }

        QdqExporter exporter = new(model.Graph, plan, scales, activationType);
        foreach (QuantizableLayer layer in plan.Layers)
        {
            exporter.QuantizeLayer(layer);
        }

        foreach (TensorGroup group in plan.Groups)
        {
            exporter.QuantizeGroup(group);
        }

        exporter.RemoveUnreadConstants();
    }

    private void QuantizeLayer(QuantizableLayer layer)
    {
        float inputScale = _scales[_plan.GroupOf(layer.Input)!];
        float[] weightScales = _scales.WeightScales(layer);
        float[] bias = _scales.Bias(layer) ?? [];
        for (int channel = 0; channel < bias.Length; channel++)
        {
            // A channel whose weights are tiny beside its bias gets a coarser step rather than a bias that overflows.
            float least = (float)(Math.Abs((double)bias[channel]) / (inputScale * LargestBias));
            if (weightScales[channel] < least)
            {
                _scales.Coarsen(layer, channel, least);
            }
        }

        string name = layer.Node.Inputs[1]!.Name;
        Tensor weights = Tensor.Allocate(DataType.Int8, layer.Weight.Shape);
        ScatterRows(_scales.QuantizeWeights(layer), layer, weights.AsMutableSpan<sbyte>());
        Value quantized = AddConstant($"{name}_quantized", weights);
        Value scale = AddConstant($"{name}_scale", Tensor.From<float>(weightScales, [layer.Channels]));
        Value zeroPoint = AddConstant($"{name}_zero_point", Tensor.From(new sbyte[layer.Channels], [layer.Channels]));
        layer.Node.SetInput(1, Dequantize(layer.Node, name, layer.ChannelAxis, quantized, scale, zeroPoint));
        if (bias.Length > 0)
        {
            QuantizeBias(layer, inputScale, weightScales, bias);
        }
    }

    private void QuantizeBias(QuantizableLayer layer, float inputScale, float[] weightScales, float[] bias)
    {
        string name = layer.Bias is null ? $"{layer.Name}_bias" : layer.Node.Inputs[2]!.Name;
        int[] integers = new int[bias.Length];
        float[] scales = new float[bias.Length];
        for (int channel = 0; channel < integers.Length; channel++)
        {
            scales[channel] = inputScale * weightScales[channel];
            integers[channel] = (int)Math.Round((double)bias[channel] / scales[channel], MidpointRounding.ToEven);
        }

        Value quantized = AddConstant($"{name}_quantized", Tensor.From(integers, [integers.Length]));
        Value scale = AddConstant($"{name}_scale", Tensor.From(scales, [scales.Length]));
        layer.Node.SetInput(2, Dequantize(layer.Node, name, 0, quantized, scale, null));
    }

    private void QuantizeGroup(TensorGroup group)
    {
        QuantizationParameters parameters = QuantizationParameters.ForActivations(group.Range, _scales[group], _activationType);
        Value scale = AddConstant($"{group.Name}_scale", Tensor.FromScalar(parameters.Scales[0]));
        Value zeroPoint = AddConstant($"{group.Name}_zero_point", StorageScalar(parameters.ZeroPoint));
        (Value, Value)? bounds = parameters.FillsStorage
            ? null
            : (AddConstant($"{group.Name}_qmin", StorageScalar(parameters.Minimum)), AddConstant($"{group.Name}_qmax", StorageScalar(parameters.Maximum)));
        foreach (Value member in group.Members)
        {
            QuantizeTensor(member, group, scale, zeroPoint, bounds);
        }
    }

    private void QuantizeTensor(Value tensor, TensorGroup group, Value scale, Value zeroPoint, (Value Minimum, Value Maximum)? bounds)
    {
        Use[] readers = [.. tensor.Uses];
        if (readers.Length == 0)
        {
            return;
        }

        Value quantized = NewValue($"{tensor.Name}_quantized");
        Value dequantized = NewValue($"{tensor.Name}_dequantized");
        List<Node> chain = [new Node("QuantizeLinear", [tensor, scale, zeroPoint], [quantized], $"{tensor.Name}_QuantizeLinear")];
        if (bounds is { } b)
        {
            Value clipped = NewValue($"{tensor.Name}_clipped");
            chain.Add(new Node("Clip", [quantized, b.Minimum, b.Maximum], [clipped], $"{tensor.Name}_Clip"));
            quantized = clipped;
        }

        chain.Add(new Node("DequantizeLinear", [quantized, scale, zeroPoint], [dequantized], $"{tensor.Name}_DequantizeLinear"));
        InsertAfterProducer(tensor, chain);
        foreach (Use reader in readers)
        {
            reader.Node.SetInput(reader.Index, dequantized);
        }

        DropImpliedActivation(tensor, group, chain[0]);
    }

    private void DropImpliedActivation(Value tensor, TensorGroup group, Node quantizeLinear)
    {
        if (tensor.Producer is not { } activation || ClipBounds.Of(activation) is not { Lower: 0 } bounds || group.Range.Signed)
        {
            return;
        }

        bool upperImplied = float.IsPositiveInfinity(bounds.Upper)
            || QuantizationParameters.Quantize(bounds.Upper, _scales[group], 0, group.Range.Minimum, group.Range.Maximum) == group.Range.Maximum;
        if (!upperImplied)
        {
            return;
        }

        quantizeLinear.SetInput(0, activation.Inputs[0]);
        if (tensor.Uses.Count == 0 && !_graph.Outputs.Contains(tensor))
        {
            _graph.Remove(activation);
        }
    }

    private void InsertAfterProducer(Value tensor, List<Node> chain)
    {
        Node? position = tensor.Producer;
        Node? first = position is null ? _graph.Nodes[0] : null;
        foreach (Node node in chain)
        {
            position = first is not null ? _graph.InsertBefore(first, node) : _graph.InsertAfter(position!, node);
        }
    }

    private Value Dequantize(Node reader, string name, int axis, Value quantized, Value scale, Value? zeroPoint)
    {
        Value dequantized = NewValue($"{name}_dequantized");
        Value?[] inputs = zeroPoint is null ? [quantized, scale] : [quantized, scale, zeroPoint];
        Node node = new("DequantizeLinear", inputs, [dequantized], $"{dequantized.Name}_DequantizeLinear");
        node.Attributes["axis"] = new IntAttribute(axis);
        _graph.InsertBefore(reader, node);
        return dequantized;
    }

    // Rows are output channels; where those run along the columns of a matrix the rows are laid back.
    private static void ScatterRows(sbyte[] rows, QuantizableLayer layer, Span<sbyte> destination)
    {
        if (layer.ChannelAxis == 0)
        {
            rows.CopyTo(destination);
            return;
        }

        for (int r = 0; r < layer.Channels; r++)
        {
            for (int k = 0; k < layer.RowLength; k++)
            {
                destination[k * layer.Channels + r] = rows[r * layer.RowLength + k];
            }
        }
    }

    private Tensor StorageScalar(int value) =>
        _activationType == DataType.UInt8 ? Tensor.FromScalar((byte)value) : Tensor.FromScalar((sbyte)value);

    private Value AddConstant(string name, Tensor tensor) => _graph.AddConstant(Unique(name), tensor);

    private Value NewValue(string name) => new(Unique(name));

    private string Unique(string stem)
    {
        string name = stem;
        for (int i = 1; !_names.Add(name); i++)
        {
            name = $"{stem}_{i}";
        }

        return name;
    }

    private void RemoveUnreadConstants() =>
        _graph.Initializers.RemoveAll(v => v.Uses.Count == 0 && !_graph.Outputs.Contains(v) && !_graph.Inputs.Contains(v));
}
