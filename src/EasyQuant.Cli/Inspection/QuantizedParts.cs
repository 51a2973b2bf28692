using System.Globalization;
using EasyQuant.Evaluation.Inspection;
using EasyQuant.Graphs;
using EasyQuant.Quantization;
using EasyQuant.Quantization.Planning;
using EasyQuant.Runtime.Inference.Lowering;

namespace EasyQuant.Cli.Inspection;

/// <summary>What of a quantized model computes with integers and what does not; the JSON document has this form.</summary>
/// <param name="Layers">How many layers have integer weights.</param>
/// <param name="FloatLayers">How many layers have not.</param>
/// <param name="Method">How the scales were chosen, where the metadata say it.</param>
/// <param name="WeightBits">Bits of the weights, where the metadata say it.</param>
/// <param name="ActivationBits">Bits of the activations, where the metadata say it.</param>
/// <param name="FloatNodes">What the integer engine computes in float, for one sample; nothing where it cannot run the model.</param>
internal sealed record QuantizedParts(int Layers, int FloatLayers, string? Method, int? WeightBits, int? ActivationBits, IReadOnlyList<FloatNode>? FloatNodes)
{
    /// <summary>The parts, or nothing where no layer is quantized.</summary>
    /// <param name="model">The model.</param>
    /// <param name="notes">Receives why the integer engine cannot run it.</param>
    public static QuantizedParts? Of(Model model, List<string> notes)
    {
        int layers = IntegerLayers.Count(model.Graph);
        return layers == 0 ? null : new QuantizedParts(
            layers, model.Graph.Nodes.Count(n => LayerProfile.IsLayer(n) && !IntegerLayers.Contains(n)),
            model.Metadata.GetValueOrDefault(MetadataKeys.Method), NumberOf(model, MetadataKeys.WeightBits), NumberOf(model, MetadataKeys.ActivationBits),
            FindFloatNodes(model, notes));
    }

    /// <summary>The summary in words, then a line for each node in float.</summary>
    public IEnumerable<string> Describe()
    {
        string bits = WeightBits is { } w && ActivationBits is { } a ? $", {w}-bit weights, {a}-bit activations" : "";
        yield return $"quantized already: {Layers} of {Layers + FloatLayers} layers{(Method is { } method ? $", method {method}" : "")}{bits}";
        if (FloatNodes is not null)
        {
            yield return FloatNodes.Count == 0 ? "The integer engine computes all of it in integers." : $"The integer engine computes {FloatNodes.Count} nodes in float:";
            foreach (FloatNode node in FloatNodes)
            {
                yield return $"  {node.Node}: {node.Reason}";
            }
        }
    }

    private static FloatNode[]? FindFloatNodes(Model model, List<string> notes)
    {
        try
        {
            return [.. NetworkLowering.Lower(model).FloatSteps.Select(s => new FloatNode(s.Label, s.Reason))];
        }
        catch (Exception error) when (error is InvalidModelException or UnsupportedModelException)
        {
            notes.Add($"The integer engine cannot run the model: {error.Message}");
            return null;
        }
    }

    private static int? NumberOf(Model model, string key) =>
        model.Metadata.TryGetValue(key, out string? text) && int.TryParse(text, CultureInfo.InvariantCulture, out int number) ? number : null;
}
