using System.Numerics;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Inspection;

/// <summary>How a layer of a QDQ model is quantized, read off the QuantizeLinear, Clip and DequantizeLinear around it.</summary>
/// <param name="WeightBits">The fewest signed, symmetric bits that hold every stored weight.</param>
/// <param name="ActivationBits">The bits of the integers that the layer reads: the storage's, or fewer where a Clip bounds them.</param>
/// <param name="SmallestWeightScale">The smallest step among the output channels.</param>
/// <param name="LargestWeightScale">The largest step among the output channels.</param>
/// <param name="InputScale">The step of what the layer reads; nothing where it is not a constant.</param>
public sealed record LayerQuantization(int WeightBits, int ActivationBits, float SmallestWeightScale, float LargestWeightScale, float? InputScale)
{
    /// <summary>The bits of integers that nothing bounds further.</summary>
    public const int StorageBits = 8;

    /// <summary>Whether the node multiplies two computed tensors, both of them integers.</summary>
    public static bool IsProductOfTwo(Node node) =>
        Enumerable.Range(0, 2).All(i => StoredConstant.Dequantizer(node.InputOrDefault(i)) is { } factor && factor.Inputs[0]?.Constant is null);

    /// <summary>How the node is quantized, or nothing where its weights or its input are floats.</summary>
    public static LayerQuantization? Of(Node node)
    {
        if (StoredConstant.Dequantizer(node.InputOrDefault(1)) is not { } weights
            || weights.Inputs[0]?.Constant is not { Type: DataType.Int8, Count: > 0 } integers
            || weights.InputOrDefault(1)?.Constant is not { Type: DataType.Float32, Count: > 0 } scales
            || StoredConstant.Dequantizer(node.Inputs[0]) is not { } input)
        {
            return null;
        }

        float[] steps = scales.AsSpan<float>().ToArray();
        return new LayerQuantization(BitsOf(integers.AsSpan<sbyte>()), BitsOf(input.Inputs[0]), steps.Min(), steps.Max(), ScalarOf(input.InputOrDefault(1)));
    }

    private static int BitsOf(ReadOnlySpan<sbyte> integers)
    {
        int magnitude = 1;
        foreach (sbyte integer in integers)
        {
            magnitude = Math.Max(magnitude, Math.Abs((int)integer));
        }

        return BitOperations.Log2((uint)magnitude) + 2;
    }

    private static int BitsOf(Value? integers)
    {
        if (integers?.Producer is not { } clip || !clip.Is("Clip") || IntegerOf(clip.InputOrDefault(1)) is not { } low || IntegerOf(clip.InputOrDefault(2)) is not { } high)
        {
            return StorageBits;
        }

        return BitOperations.Log2((uint)Math.Max(1, high - low)) + 1;
    }

    private static float? ScalarOf(Value? value) => value?.Constant is { Type: DataType.Float32, Count: 1 } scale ? scale.AsSpan<float>()[0] : null;

    private static int? IntegerOf(Value? value) => value?.Constant switch
    {
        { Type: DataType.UInt8, Count: 1 } t => t.AsSpan<byte>()[0],
        { Type: DataType.Int8, Count: 1 } t => t.AsSpan<sbyte>()[0],
        _ => null,
    };
}
