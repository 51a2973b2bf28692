using EasyQuant.Evaluation.Metrics;

namespace EasyQuant.Evaluation.Layers;

/// <summary>How far the output of one layer of a quantized model is from the same layer of the float model.</summary>
/// <param name="Name">The layer.</param>
/// <param name="OpType">Its operator.</param>
/// <param name="Index">Its place in the order of computation, from 0.</param>
/// <param name="Error">Mean cosine over the samples; powers summed over them.</param>
public sealed record LayerError(string Name, string OpType, int Index, TensorError Error);
