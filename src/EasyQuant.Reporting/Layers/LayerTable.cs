using EasyQuant.Evaluation.Inspection;
using EasyQuant.Evaluation.Layers;
using EasyQuant.Graphs;
using EasyQuant.Quantization;
using EasyQuant.Quantization.Tracing;

namespace EasyQuant.Reporting.Layers;

/// <summary>Brings together what different parts of the program know of each layer, by the layer's name.</summary>
public static class LayerTable
{
    /// <summary>A row for each convolution and matrix product of the prepared float model, in the order in which they are computed.</summary>
    /// <param name="prepared">The float model in the form that quantization started from, where layers have the names of the result.</param>
    /// <param name="result">The run.</param>
    /// <param name="errors">How far each layer's output is off.</param>
    /// <param name="times">What was measured of layers, if anything was.</param>
    public static IReadOnlyList<LayerRow> Of(Model prepared, QuantizationResult result, IReadOnlyList<LayerError> errors, IReadOnlyList<LayerTime>? times = null)
    {
        Dictionary<string, LayerReport> quantized = ByName(result.Layers, l => l.Name);
        Dictionary<string, FloatNode> floats = ByName(result.FloatNodes, n => n.Node);
        Dictionary<string, LayerError> errorOf = ByName(errors, e => e.Name);
        Dictionary<string, LayerTime> timeOf = ByName(times ?? [], t => t.Label);
        Dictionary<string, LayerQuantization> scalesOf = result.Model.Graph.Nodes.Where(LayerProfile.IsLayer)
            .Select(n => (Name: LayerProfile.NameOf(n), Scales: LayerQuantization.Of(n)))
            .Where(p => p.Scales is not null).GroupBy(p => p.Name).ToDictionary(g => g.Key, g => g.First().Scales!);
        HashSet<string> products = [.. result.Model.Graph.Nodes.Where(LayerProfile.IsLayer).Where(LayerQuantization.IsProductOfTwo).Select(LayerProfile.NameOf)];
        Dictionary<string, WeightTrace> weights = ByName(result.Trace?.Weights ?? [], w => w.Layer);
        Dictionary<string, int> tensors = TensorsByReader(result.Trace);
        return
        [
            .. LayerProfile.Of(prepared.Graph, new Dictionary<string, Tensors.Shape>()).Select(layer =>
            {
                LayerReport? report = quantized.GetValueOrDefault(layer.Name);
                LayerError? error = errorOf.GetValueOrDefault(layer.Name);
                LayerQuantization? scales = scalesOf.GetValueOrDefault(layer.Name);
                bool isProduct = report is null && products.Contains(layer.Name);
                LayerTime? time = timeOf.GetValueOrDefault(layer.Node.Label);
                return new LayerRow
                {
                    Name = layer.Name,
                    Op = layer.Node.OpType,
                    Shape = layer.Weight is { } w ? string.Join('x', w.Shape.ToArray()) : null,
                    Reason = report is null && !isProduct ? floats.GetValueOrDefault(layer.Node.Label)?.Reason ?? "not considered for quantization" : null,
                    WeightBits = report?.WeightBits,
                    ActivationBits = isProduct ? LayerQuantization.StorageBits : report?.ActivationBits,
                    InputScale = report?.InputScale,
                    SmallestWeightScale = scales?.SmallestWeightScale,
                    LargestWeightScale = scales?.LargestWeightScale,
                    SqnrDb = error?.Error.SqnrDb,
                    Cosine = error?.Error.Cosine,
                    SearchStart = report is null || double.IsNaN(report.CosineStart) ? null : report.CosineStart,
                    SearchEnd = report is null || double.IsNaN(report.CosineEnd) ? null : report.CosineEnd,
                    Macs = report?.Macs ?? layer.Macs,
                    TimeMs = time?.Milliseconds,
                    Kernel = time?.Kernel,
                    Tensor = tensors.TryGetValue(layer.Name, out int tensor) ? tensor : null,
                    Weights = weights.TryGetValue(layer.Name, out WeightTrace? trace) ? WeightDetails.Of(trace, result.Trace!) : null,
                };
            }),
        ];
    }

    /// <summary>The groups of tensors of a traced run; none of one that was not.</summary>
    public static IReadOnlyList<TensorDetails> TensorsOf(QuantizationTrace? trace) =>
        trace is null ? [] : [.. trace.Tensors.Select(t => TensorDetails.Of(t, trace))];

    private static Dictionary<string, int> TensorsByReader(QuantizationTrace? trace) =>
        (trace?.Tensors ?? []).SelectMany((t, i) => t.Readers.Select(r => (Reader: r, Index: i))).GroupBy(p => p.Reader).ToDictionary(g => g.Key, g => g.First().Index);

    // Names of nodes need not be unique in ONNX; the first one stands.
    private static Dictionary<string, T> ByName<T>(IEnumerable<T> items, Func<T, string> name) => items.GroupBy(name).ToDictionary(g => g.Key, g => g.First());
}
