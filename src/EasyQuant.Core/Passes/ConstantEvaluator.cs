using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes;

/// <summary>Computes one node on constants; an executor outside of this project is behind it.</summary>
/// <param name="node">The node; it has no nested graphs.</param>
/// <param name="inputs">One entry for each input of the node, <see langword="null"/> where it is absent.</param>
/// <returns>One entry for each output, or nothing where the operator cannot be computed.</returns>
public delegate IReadOnlyList<Tensor?>? ConstantEvaluator(Node node, IReadOnlyList<Tensor?> inputs);
