using System.Globalization;
using EasyQuant.Evaluation.Inspection;
using EasyQuant.Graphs;
using EasyQuant.Quantization;
using EasyQuant.Quantization.Planning;
using EasyQuant.Runtime.Inference.Lowering;
using EasyQuant.Runtime.Inference.Network;

namespace EasyQuant.Cli.Inspection;

/// <summary>What of a quantized model computes with integers and what does not; the JSON document has this form.</summary>
/// <param name="Layers">How many layers have integer weights.</param>
/// <param name="FloatLayers">How many layers have not.</param>
/// <param name="Method">How the scales were chosen, where the metadata say it.</param>
/// <param name="WeightBits">Bits of the weights, where the metadata say it.</param>
/// <param name="ActivationBits">Bits of the activations, where the metadata say it.</param>
/// <param name="IntegerSteps">How many steps of the integer engine read and write integers; nothing where it cannot run the model.</param>
/// <param name="IntegerMacsPercent">Percent of the multiply-accumulates that the integer engine computes in integers, for one sample.</param>
/// <param name="FloatNodes">What the integer engine computes in float, for one sample; nothing where it cannot run the model.</param>
internal sealed record QuantizedParts(
    int Layers, int FloatLayers, string? Method, int? WeightBits, int? ActivationBits, int? IntegerSteps, double? IntegerMacsPercent, IReadOnlyList<FloatNode>? FloatNodes)
{
    /// <summary>The parts, or nothing where no layer is quantized.</summary>
    /// <param name="model">The model.</param>
    /// <param name="profiles">Its layers.</param>
    /// <param name="notes">Receives why the integer engine cannot run it.</param>
    public static QuantizedParts? Of(Model model, IReadOnlyList<LayerProfile> profiles, List<string> notes)
    {
        int layers = IntegerLayers.Count(model.Graph);
        if (layers == 0)
        {
            return null;
        }

        IntegerNetwork? network = Lower(model, notes);
        return new QuantizedParts(
            layers, profiles.Count(p => !IntegerLayers.Contains(p.Node)),
            model.Metadata.GetValueOrDefault(MetadataKeys.Method), NumberOf(model, MetadataKeys.WeightBits), NumberOf(model, MetadataKeys.ActivationBits),
            network?.Steps.Count(s => s is not FloatStep and not QuantizeStep and not DequantizeStep), network is null ? null : MacsPercent(profiles, network),
            network is null ? null : [.. network.FloatSteps.Select(s => new FloatNode(s.Label, s.Reason))]);
    }

    /// <summary>The summary in words, then a line for each node in float.</summary>
    public IEnumerable<string> Describe()
    {
        string bits = WeightBits is { } w && ActivationBits is { } a ? $", {w}-bit weights, {a}-bit activations" : "";
        yield return $"quantized already: {Layers} of {Layers + FloatLayers} layers{(Method is { } method ? $", method {method}" : "")}{bits}";
        if (FloatNodes is not null)
        {
            string share = IntegerMacsPercent is { } percent ? $"{percent:0.##} % of the multiply-accumulates" : "an unknown share of the multiply-accumulates";
            yield return $"The integer engine computes {share} in integers, in {IntegerSteps} steps, and "
                + (FloatNodes.Count == 0 ? "nothing in float." : $"{FloatNodes.Count} {(FloatNodes.Count == 1 ? "node" : "nodes")} in float:");
            foreach (FloatNode node in FloatNodes)
            {
                yield return $"  {node.Node}: {node.Reason}";
            }
        }
    }

    // The lowered network names nodes as the model does.
    private static double? MacsPercent(IReadOnlyList<LayerProfile> profiles, IntegerNetwork network)
    {
        HashSet<string> inFloat = [.. network.FloatSteps.Select(s => s.Label)];
        return profiles.All(p => p.Macs is not null) && profiles.Sum(p => p.Macs) is > 0 and long all
            ? 100.0 * profiles.Where(p => !inFloat.Contains(p.Node.Label)).Sum(p => p.Macs!.Value) / all
            : null;
    }

    private static IntegerNetwork? Lower(Model model, List<string> notes)
    {
        try
        {
            return NetworkLowering.Lower(model);
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
