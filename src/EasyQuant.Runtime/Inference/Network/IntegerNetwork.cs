using EasyQuant.Graphs;

namespace EasyQuant.Runtime.Inference.Network;

/// <summary>A quantized graph as integer computations, with float ones between where there is no integer form.</summary>
/// <param name="Inputs">The graph's inputs, all float.</param>
/// <param name="Outputs">The graph's outputs.</param>
/// <param name="Steps">The computations in order.</param>
public sealed record IntegerNetwork(IReadOnlyList<Value> Inputs, IReadOnlyList<Value> Outputs, IReadOnlyList<NetworkStep> Steps)
{
    /// <summary>The nodes that are computed in float, each with its reason.</summary>
    public IEnumerable<FloatStep> FloatSteps => Steps.OfType<FloatStep>();
}
