using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>Finds operators, one or a chain, that only put elements in other places. Where each comes from shows when they are given numbers to move.</summary>
/// <param name="opset">The version of the standard operators.</param>
/// <param name="integerOf">The tensor that a float value is dequantized from, where it is.</param>
/// <param name="constants">What follows from constants.</param>
internal sealed class MoveMatching(int opset, Func<Value, QuantizedTensor?> integerOf, ConstantReading constants)
{
    // Single precision counts so far.
    private const long MostNumbers = 1 << 24;
    private const int MostMoves = 16;

    private static readonly HashSet<string> s_movers =
    [
        "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Identity", "Dropout", "Slice", "Split", "Pad", "Transpose", "DepthToSpace", "SpaceToDepth",
        "Resize", "Upsample", "Expand", "Tile", "Gather",
    ];

    /// <summary>Whether the operator may be one of them.</summary>
    public static bool IsMover(Node node) => node.Domain.Length == 0 && s_movers.Contains(node.OpType);

    /// <summary>The step that computes <paramref name="output"/>, the rounded form of <paramref name="value"/>, or why there is none.</summary>
    public (NetworkStep? Step, string Reason) Match(Value value, QuantizedTensor output)
    {
        // One operator moves what the one before it has moved.
        List<Value> chain = [];
        while (integerOf(value) is null)
        {
            if (value.Producer is not { } mover || !IsMover(mover) || chain.Count >= MostMoves)
            {
                return (null, "its input is not quantized");
            }

            chain.Add(value);
            value = mover.Inputs[0]!;
        }

        QuantizedTensor input = integerOf(value)!;
        if (input.Shape.ElementCount >= MostNumbers || output.Shape.ElementCount > int.MaxValue)
        {
            return (null, "its input has more elements than single precision can number");
        }

        byte? fill = null;
        Tensor numbers = Tensor.From([.. Enumerable.Range(1, (int)input.Shape.ElementCount).Select(i => (float)i)], input.Shape);
        foreach (Value moved in Enumerable.Reverse(chain))
        {
            (Tensor? next, string reason) = Move(moved, numbers, output, ref fill);
            if (next is null)
            {
                return (null, reason);
            }

            numbers = next;
        }

        int[] sources = Array.ConvertAll(numbers.AsSpan<float>().ToArray(), n => (int)n);
        return (new MoveStep(chain[0].Producer!.Label, input, sources, fill ?? 0, output), "");
    }

    private (Tensor? Moved, string Reason) Move(Value result, Tensor numbers, QuantizedTensor output, ref byte? fill)
    {
        Node node = result.Producer!;
        Tensor?[] arguments = [numbers, .. node.Inputs.Skip(1).Select(i => i is null ? null : constants.Of(i))];
        if (node.Inputs.Where((given, i) => given is not null && arguments[i] is null).Any())
        {
            return (null, "to where its elements go is not constant");
        }

        if (node.OpType is "Resize" or "Upsample" && node.GetString("mode", "nearest") != "nearest")
        {
            return (null, $"it interpolates ({node.GetString("mode", "nearest")}) rather than repeats elements");
        }

        if (node.Is("Pad") && node.GetString("mode", "constant") == "constant" && !TakeFill(node, arguments, output, ref fill))
        {
            return (null, "what it pads with is not one constant f32");
        }

        return (PlanStep.Once(node, opset, arguments)[node.Outputs.ToList().IndexOf(result)], "");
    }

    // The padding is marked by number 0 while numbers are moved.
    private static bool TakeFill(Node node, Tensor?[] arguments, QuantizedTensor output, ref byte? fill)
    {
        float real = node.GetFloat("value", 0);
        if (arguments.Length > 2 && arguments[2] is { } padding)
        {
            if (padding is not { Type: DataType.Float32, Count: 1 })
            {
                return false;
            }

            real = padding.AsSpan<float>()[0];
            arguments[2] = Tensor.FromScalar(0f);
        }
        else if (real != 0)
        {
            return false;
        }

        byte byteOf = (byte)Rounding.Of(real, output);
        bool isSame = fill is null || fill == byteOf;
        fill = byteOf;
        return isSame;
    }
}
