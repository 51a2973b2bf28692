using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation;

/// <summary>Inputs that fit a model where no real ones are at hand: batch 1, seeded random numbers.</summary>
public static class SyntheticInputs
{
    /// <summary>A tensor for each input that has to be fed: floats uniform in [-1, 1), integers 0, text empty. Open extents are assumed, see <see cref="ChosenExtents"/>.</summary>
    /// <exception cref="InvalidModelException">An input is no tensor, or of unknown rank.</exception>
    public static IReadOnlyDictionary<string, Tensor> For(Graph graph, int seed = 0) => For(graph, ChosenExtents.None.Resolve(graph).Shapes, seed);

    /// <summary>Tensors of these shapes.</summary>
    public static IReadOnlyDictionary<string, Tensor> For(Graph graph, IReadOnlyDictionary<string, Shape> shapes, int seed = 0)
    {
        Random random = new(seed);
        return graph.RequiredInputs.ToDictionary(i => i.Name, i => Create(i.ElementType, shapes[i.Name], random));
    }

    private static Tensor Create(DataType type, Shape shape, Random random)
    {
        Tensor tensor = Tensor.Allocate(type, shape);
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
}
