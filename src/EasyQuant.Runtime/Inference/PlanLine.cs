namespace EasyQuant.Runtime.Inference;

/// <summary>A step of what a session runs.</summary>
/// <param name="Layer">The node that it computes; empty where the engine adds a step of its own.</param>
/// <param name="Method">How: the kind of kernel, or what else is done.</param>
/// <param name="Isa">The instruction set of its kernel; empty where it has none.</param>
/// <param name="Tile">What a kernel computes at a time; empty where that is not fixed.</param>
/// <param name="Widening">After how many products of a sum 16 bits are widened to 32, the least and the most of the layer's panels; empty where all are in 32 bits.</param>
/// <param name="ParameterBytes">Bytes of packed weights, tables and places.</param>
/// <param name="OutputBytes">Bytes of the integer tensor that it computes, with its border; 0 where there is none.</param>
/// <param name="Macs">Multiply-accumulates that the layer stands for; a method may need fewer.</param>
public sealed record PlanLine(string Layer, string Method, string Isa, string Tile, string Widening, long ParameterBytes, long OutputBytes, long Macs);
