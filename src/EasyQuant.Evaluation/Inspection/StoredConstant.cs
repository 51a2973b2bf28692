using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Inspection;

/// <summary>Finds the constant behind a value: itself, or the integers that a DequantizeLinear makes it from.</summary>
internal static class StoredConstant
{
    public static Tensor? Of(Value? value) => value?.Constant ?? Dequantizer(value)?.Inputs[0]?.Constant;

    /// <summary>The DequantizeLinear that computes the value, where one does.</summary>
    public static Node? Dequantizer(Value? value) => value?.Producer is { } node && node.Is("DequantizeLinear") ? node : null;
}
