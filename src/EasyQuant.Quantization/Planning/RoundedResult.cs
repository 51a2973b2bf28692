using EasyQuant.Graphs;

namespace EasyQuant.Quantization.Planning;

/// <summary>Where the result of an operator is rounded: behind a Relu or Clip at zero, which the quantizer absorbs.</summary>
internal static class RoundedResult
{
    /// <summary>The tensor that is handed on: the output, or what a Relu or Clip at zero alone makes of it.</summary>
    public static Value Of(Value output) =>
        output.Uses is [{ Node: var reader }] && ClipBounds.Of(reader) is { Lower: 0 } ? reader.Outputs[0]! : output;
}
