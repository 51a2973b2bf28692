using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation;

/// <summary>Inputs that fit a model where no real ones are at hand: batch 1, seeded random numbers.</summary>
public static class SyntheticInputs
{
    /// <summary>A tensor for each input that has to be fed: floats uniform in [-1, 1), integers 0, text empty.</summary>
    /// <exception cref="InvalidModelException">An input is no tensor, or an extent beyond the batch is not known.</exception>
    public static IReadOnlyDictionary<string, Tensor> For(Graph graph, int seed = 0)
    {
        Random random = new(seed);
        return graph.RequiredInputs.ToDictionary(i => i.Name, i => Create(i, random));
    }

    private static Tensor Create(Value input, Random random)
    {
        Tensor tensor = Tensor.Allocate(input.ElementType, ShapeOf(input));
        switch (tensor.Type)
        {
            case DataType.Float32:
                foreach (ref float element in tensor.AsMutableSpan<float>())
                {
                    element = 2 * random.NextSingle() - 1;
                }

                return tensor;
            case DataType.String:
                return Tensor.FromStrings([.. Enumerable.Repeat("", tensor.Count)], tensor.Shape);
            default:
                return Tensor.FromBytes(tensor.Type, tensor.Shape, new byte[tensor.ByteLength]);
        }
    }

    private static Shape ShapeOf(Value input)
    {
        if (input.Type is not TensorValueType { ElementType: not DataType.Undefined, Shape: { } declared })
        {
            throw new InvalidModelException($"Input '{input.Name}' is {input.Type?.ToString() ?? "of no known type"}; made-up inputs need a tensor type with a shape.");
        }

        int[] extents = new int[declared.Rank];
        for (int d = 0; d < extents.Length; d++)
        {
            extents[d] = declared.Dimensions[d].Value ?? (d == 0 ? 1 : throw new InvalidModelException(
                $"Input '{input.Name}' is {input.Type}: dimension {d} is not known, and only the first is taken to be a batch of 1. Export the model with a fixed size."));
        }

        return new Shape(extents);
    }
}
