using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference.Lowering;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Planning;

/// <summary>Where the result of a MatMul with constant weights is rounded: behind the Add of its bias, and only if rounding is what its readers end in.</summary>
/// <remarks>
/// Runtimes compute such a product in integers whether its result is rounded or not, unlike a convolution. So a result that ends in a sum of the
/// residual stream, a Softmax or a normalization stays in float and costs no accuracy; one that passes through an activation to the
/// next product is rounded, since the activation is then a table of 256 bytes.
/// </remarks>
internal static class ProductResults
{
    private const int MostTensors = 64;

    /// <summary>The product's output, or what the Add of a constant vector alone makes of it.</summary>
    public static Value WithBias(QuantizableLayer layer) => layer.Output.Uses is [{ Node: var add } use] && add.Is("Add")
        && add.Inputs[1 - use.Index]?.Constant is { Type: DataType.Float32, Shape.Rank: > 0 } bias && bias.Shape[^1] == bias.Count
            ? add.Outputs[0]!
            : layer.Output;

    /// <summary>Whether functions of this tensor alone, element by element, end in one that is rounded.</summary>
    public static bool EndsInRounding(Value value, Func<Value, bool> isRounded)
    {
        HashSet<Value> functions = [value];
        Queue<Value> open = new([value]);
        while (open.TryDequeue(out Value? next) && functions.Count < MostTensors)
        {
            foreach (Node reader in next.Uses.Select(u => u.Node).Where(FunctionMatching.IsElementwise))
            {
                // A node of two operands is met again from the second one.
                Value output = reader.Outputs.First(o => o is not null)!;
                if (reader.Inputs.All(i => i is null or { Constant: not null } || functions.Contains(i)) && functions.Add(output))
                {
                    if (isRounded(output))
                    {
                        return true;
                    }

                    open.Enqueue(output);
                }
            }
        }

        return false;
    }
}
