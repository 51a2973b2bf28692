using EasyQuant.Evaluation.Inspection;
using EasyQuant.Graphs;
using EasyQuant.Quantization;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Preparation;

namespace EasyQuant.Cli.Inspection;

/// <summary>What the quantizer's plan says of each layer: quantizable, or float and why.</summary>
internal sealed class LayerVerdicts
{
    public const string Quantized = "quantized";
    public const string Quantizable = "quantizable";
    public const string Float = "float";

    private readonly HashSet<string> _quantizable;
    private readonly Dictionary<string, string> _reasons;

    private LayerVerdicts(HashSet<string> quantizable, Dictionary<string, string> reasons)
    {
        _quantizable = quantizable;
        _reasons = reasons;
    }

    /// <summary>The verdict on a layer of the model, which the plan, made on a rewritten copy, knows by its name.</summary>
    public (string State, string? Reason) this[Node layer] =>
        _quantizable.Contains(LayerProfile.NameOf(layer)) ? (Quantizable, null)
        : (Float, _reasons.GetValueOrDefault(layer.Label, "the quantizer does not see it: it is folded away or lies in a nested graph"));

    /// <summary>Plans the model's quantization; where there is nothing to plan the reason goes to <paramref name="notes"/>.</summary>
    public static LayerVerdicts Of(Model model, List<string> notes)
    {
        try
        {
            QuantizationPlan plan = QuantizationPlanner.Plan(ModelPreparation.Prepare(model).Graph, new QuantizationOptions(), []);
            return new LayerVerdicts(
                [.. plan.Layers.Select(l => l.Name)],
                plan.FloatNodes.GroupBy(n => n.Node).ToDictionary(g => g.Key, g => g.First().Reason));
        }
        catch (InvalidModelException error)
        {
            notes.Add(error.Message);
            return new LayerVerdicts([], []);
        }
    }
}
