using EasyQuant.Cli.Options;
using EasyQuant.Evaluation.Inspection;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Cli.Inspection;

/// <summary>Gathers what <c>inspect</c> says.</summary>
internal static class ModelInspection
{
    /// <summary>Inspects the model at a path, with these choices of <c>--shape</c>.</summary>
    public static InspectionReport Run(string path, IReadOnlyList<string> extents, CancellationToken cancellationToken)
    {
        Model model = ModelFile.Read(path).Model;
        List<string> notes = [];
        IReadOnlyDictionary<string, Shape> shapes = ProbeShapes(path, model, extents, notes, cancellationToken);
        IReadOnlyList<LayerProfile> profiles = LayerProfile.Of(model.Graph, shapes);
        QuantizedParts? quantized = QuantizedParts.Of(model, profiles, notes);
        LayerVerdicts verdicts = quantized is null ? LayerVerdicts.Of(model, notes) : LayerVerdicts.OfQuantizedModel;
        InspectedLayer[] layers = [.. profiles.Select(l => Describe(l, verdicts))];
        long? macs = layers.All(l => l.Macs is not null) ? layers.Sum(l => l.Macs) : null;
        return new InspectionReport
        {
            Model = path,
            Bytes = ModelFile.BytesOf(path, model),
            Producer = $"{model.ProducerName} {model.ProducerVersion}".Trim(),
            IrVersion = model.IrVersion,
            Opsets = model.OpsetImports.ToDictionary(o => o.Key.Length > 0 ? o.Key : "ai.onnx", o => o.Value),
            Inputs = [.. model.Graph.RequiredInputs.Select(Describe)],
            Outputs = [.. model.Graph.Outputs.Select(Describe)],
            Parameters = model.Graph.Initializers.Sum(i => (long)(i.Constant?.Count ?? 0)),
            Macs = macs,
            Quantized = quantized,
            IntegerMacsPercent = macs > 0 ? 100.0 * layers.Where(l => l.State != LayerVerdicts.Float).Sum(l => l.Macs) / macs : null,
            Operators = model.Graph.Nodes
                .GroupBy(n => n.Domain.Length > 0 ? $"{n.Domain}.{n.OpType}" : n.OpType)
                .OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => g.Count()),
            Layers = layers,
            Parts = verdicts.Parts,
            Metadata = model.Metadata.ToDictionary(),
            Notes = notes,
        };
    }

    private static IReadOnlyDictionary<string, Shape> ProbeShapes(string path, Model model, IReadOnlyList<string> extents, List<string> notes, CancellationToken cancellationToken)
    {
        try
        {
            (IReadOnlyDictionary<string, Shape> inputs, IReadOnlyList<string> assumed) = ShapeOption.Resolve(extents, model.Graph);
            if (assumed.Count > 0)
            {
                notes.Add(ShapeOption.Sentence(assumed, path));
            }

            return ShapeProbe.Run(model, inputs, cancellationToken);
        }
        catch (InvalidModelException error)
        {
            notes.Add($"shapes are only those that the model states, since it could not be run: {error.Message}");
            return new Dictionary<string, Shape>();
        }
    }

    private static InspectedValue Describe(Value value) => new(value.Name, value.Type?.ToString() ?? "?");

    private static InspectedLayer Describe(LayerProfile layer, LayerVerdicts verdicts)
    {
        (string state, string? reason) = layer.Quantization is not null ? (LayerVerdicts.Quantized, null) : verdicts[layer.Node];
        LayerQuantization? q = layer.Quantization;
        return new InspectedLayer(
            layer.Name, layer.Node.OpType, layer.Weight?.Shape.ToArray(), layer.Macs, state, reason,
            q?.WeightBits, q?.ActivationBits, q?.InputScale, q is null ? null : [q.SmallestWeightScale, q.LargestWeightScale]);
    }
}
