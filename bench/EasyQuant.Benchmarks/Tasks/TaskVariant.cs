using EasyQuant.Graphs;

namespace EasyQuant.Benchmarks.Tasks;

/// <summary>A form of a network to be measured.</summary>
/// <param name="Label">What tables call it: <c>FP32</c>, <c>INT8-EQ</c>.</param>
/// <param name="Model">The model.</param>
/// <param name="Bytes">The size of its file.</param>
/// <param name="FloatSteps">How many steps the integer engine leaves in float; nothing where the float executor computes everything.</param>
internal sealed record TaskVariant(string Label, Model Model, long Bytes, int? FloatSteps);
