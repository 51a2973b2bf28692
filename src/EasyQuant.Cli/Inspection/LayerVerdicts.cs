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
    private readonly string _otherReason;

    private LayerVerdicts(HashSet<string> quantizable, Dictionary<string, string> reasons, string otherReason, IReadOnlyList<GraphPart> parts)
    {
        Parts = parts;
        _quantizable = quantizable;
        _reasons = reasons;
        _otherReason = otherReason;
    }

    /// <summary>The verdicts on those layers of a quantized model that are not quantized.</summary>
    public static LayerVerdicts OfQuantizedModel { get; } = new([], [], "its weights or its input are not stored as bytes", []);

    /// <summary>The parts of a transformer, with what becomes of each.</summary>
    public IReadOnlyList<GraphPart> Parts { get; }

    /// <summary>The verdict on a layer of the model, which the plan, made on a rewritten copy, knows by its name.</summary>
    public (string State, string? Reason) this[Node layer] =>
        _quantizable.Contains(LayerProfile.NameOf(layer)) ? (Quantizable, null)
        : (Float, _reasons.GetValueOrDefault(layer.Label, _otherReason));

    /// <summary>Plans the model's quantization; where there is nothing to plan the reason goes to <paramref name="notes"/>.</summary>
    public static LayerVerdicts Of(Model model, List<string> notes)
    {
        const string Unseen = "the quantizer does not see it: it is folded away or lies in a nested graph";
        try
        {
            Model prepared = ModelPreparation.Prepare(model);
            QuantizationPlan plan = QuantizationPlanner.Plan(prepared.Graph, new QuantizationOptions(), []);
            return new LayerVerdicts(
                [.. plan.Layers.Select(l => l.Name), .. plan.Products.Select(LayerProfile.NameOf)],
                plan.FloatNodes.GroupBy(n => n.Node).ToDictionary(g => g.Key, g => g.First().Reason),
                Unseen,
                GraphParts.Find(prepared.Graph, prepared.Opset, plan));
        }
        catch (InvalidModelException error)
        {
            notes.Add(error.Message);
            return new LayerVerdicts([], [], Unseen, []);
        }
    }
}
