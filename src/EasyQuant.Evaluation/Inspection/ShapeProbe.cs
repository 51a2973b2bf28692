using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Inspection;

/// <summary>Finds the shape of every value by running the model once on made-up inputs with batch 1.</summary>
/// <remarks>Unlike inference from the operators' definitions this also sees through shapes that the model computes.</remarks>
public static class ShapeProbe
{
    /// <summary>The shape of every value that a run passes by, and of the inputs.</summary>
    /// <exception cref="InvalidModelException">The model cannot be run; the message says why.</exception>
    public static IReadOnlyDictionary<string, Shape> Run(Model model, CancellationToken cancellationToken = default)
    {
        IReadOnlyDictionary<string, Tensor> inputs = SyntheticInputs.For(model.Graph);
        Dictionary<string, Shape> shapes = inputs.ToDictionary(i => i.Key, i => i.Value.Shape);
        using GraphExecutor executor = new(model);
        executor.Run(inputs, (value, tensor) => shapes[value.Name] = tensor.Shape, cancellationToken);
        return shapes;
    }
}
