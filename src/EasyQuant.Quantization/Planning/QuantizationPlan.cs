using EasyQuant.Graphs;

namespace EasyQuant.Quantization.Planning;

/// <summary>What of a graph is quantized: the layers, the groups of tensors that share a step, and what stays in float.</summary>
/// <param name="Layers">The layers, in the order in which they are computed.</param>
/// <param name="Groups">The groups.</param>
/// <param name="FloatNodes">Convolutions and matrix products that stay in float, and why.</param>
/// <param name="Warnings">What the user should know.</param>
public sealed record QuantizationPlan(
    IReadOnlyList<QuantizableLayer> Layers,
    IReadOnlyList<TensorGroup> Groups,
    IReadOnlyList<FloatNode> FloatNodes,
    IReadOnlyList<string> Warnings)
{
    private readonly Dictionary<Value, TensorGroup> _groupOf =
        Groups.SelectMany(g => g.Members.Select(m => (m, g))).ToDictionary(p => p.m, p => p.g);

    private readonly Dictionary<Node, QuantizableLayer> _layerOf = Layers.ToDictionary(l => l.Node);

    /// <summary>Matrix products of two computed tensors, both of which are rounded.</summary>
    public IReadOnlyList<Node> Products { get; init; } = [];

    /// <summary>The same with other grids, one for each group.</summary>
    internal QuantizationPlan WithGrids(IReadOnlyList<IntegerRange> grids) =>
        new(Layers, [.. Groups.Select((g, i) => g.WithGrid(grids[i]))], FloatNodes, Warnings) { Products = Products };

    /// <summary>The group a tensor is in, or nothing where it stays in float.</summary>
    public TensorGroup? GroupOf(Value value) => _groupOf.GetValueOrDefault(value);

    /// <summary>The layer a node is, or nothing.</summary>
    public QuantizableLayer? LayerOf(Node node) => _layerOf.GetValueOrDefault(node);

    /// <summary>
    /// Whether <paramref name="node"/> sees the rounded numbers of <paramref name="input"/>. Operators that only move
    /// elements within one group may be given the numbers before rounding: rounding afterwards is the same.
    /// </summary>
    public bool ReadsRounded(Node node, Value input) =>
        GroupOf(input) is { } group && (!SameScaleOperators.Contains(node) || GroupOf(node.Outputs[0]!) != group);
}
