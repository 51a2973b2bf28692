using System.Globalization;
using EasyQuant.Evaluation.Inspection;
using EasyQuant.Graphs;
using EasyQuant.Quantization.Planning;

namespace EasyQuant.Cli.Inspection;

/// <summary>What of a quantized model computes with integers and what does not; the JSON document has this form.</summary>
/// <param name="Layers">How many layers have integer weights.</param>
/// <param name="FloatLayers">How many layers have not.</param>
/// <param name="Method">How the scales were chosen, where the metadata say it.</param>
/// <param name="WeightBits">Bits of the weights, where the metadata say it.</param>
/// <param name="ActivationBits">Bits of the activations, where the metadata say it.</param>
/// <param name="FloatOperators">How often each operator has float weights or reads floats that do not come straight from integers.</param>
internal sealed record QuantizedParts(int Layers, int FloatLayers, string? Method, int? WeightBits, int? ActivationBits, IReadOnlyDictionary<string, int> FloatOperators)
{
    /// <summary>The parts, or nothing where no layer is quantized.</summary>
    public static QuantizedParts? Of(Model model)
    {
        int layers = IntegerLayers.Count(model.Graph);
        return layers == 0 ? null : new QuantizedParts(
            layers, model.Graph.Nodes.Count(n => LayerProfile.IsLayer(n) && !IntegerLayers.Contains(n)),
            model.Metadata.GetValueOrDefault(MetadataKeys.Method), NumberOf(model, MetadataKeys.WeightBits), NumberOf(model, MetadataKeys.ActivationBits),
            model.Graph.Nodes.Where(IsFloat).CountBy(n => n.OpType).OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).ToDictionary());
    }

    /// <summary>The summary in words.</summary>
    public string Describe()
    {
        string bits = WeightBits is { } w && ActivationBits is { } a ? $", {w}-bit weights, {a}-bit activations" : "";
        string floats = FloatOperators.Count == 0 ? "nothing" : string.Join(", ", FloatOperators.Select(o => $"{o.Value} {o.Key}"));
        return $"quantized already: {Layers} of {Layers + FloatLayers} layers{(Method is { } method ? $", method {method}" : "")}{bits}; on floats run: {floats}";
    }

    private static int? NumberOf(Model model, string key) =>
        model.Metadata.TryGetValue(key, out string? text) && int.TryParse(text, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static bool IsFloat(Node node) =>
        LayerProfile.IsLayer(node) ? !IntegerLayers.Contains(node)
        : node is not { Domain: "", OpType: "QuantizeLinear" or "DequantizeLinear" or "QLinearConv" or "QLinearMatMul" or "ConvInteger" or "MatMulInteger" }
        && !EndsALayer(node)
        && node.Inputs.Any(i => i is { Constant: null } && !IsOfIntegers(i));

    // A Relu or Clip between a quantized layer and the next QuantizeLinear is part of the layer.
    private static bool EndsALayer(Node node) =>
        (node.Is("Relu") || node.Is("Clip"))
        && node.Inputs[0]?.Producer is { } layer && LayerProfile.IsLayer(layer) && LayerQuantization.Of(layer) is not null
        && node.Outputs[0] is { Uses: { Count: > 0 } uses } && uses.All(u => u.Node.Is("QuantizeLinear"));

    private static bool IsOfIntegers(Value value) => value.Producer is { } producer && (producer.Is("DequantizeLinear") || producer.Is("QuantizeLinear"));
}
