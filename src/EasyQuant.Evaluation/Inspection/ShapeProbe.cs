using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Inspection;

/// <summary>Finds the shape of every value by running the model once on made-up inputs.</summary>
/// <remarks>Unlike inference from the operators' definitions this also sees through shapes that the model computes.</remarks>
public static class ShapeProbe
{
    /// <summary>The shape of every value that a run passes by, and of the inputs.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">The shapes of its inputs.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="InvalidModelException">The model cannot be run; the message says why.</exception>
    public static IReadOnlyDictionary<string, Shape> Run(Model model, IReadOnlyDictionary<string, Shape> inputs, CancellationToken cancellationToken = default)
    {
        Dictionary<string, Shape> shapes = inputs.ToDictionary();
        using GraphExecutor executor = new(model);
        executor.Run(SyntheticInputs.For(model.Graph, inputs), (value, tensor) => shapes[value.Name] = tensor.Shape, cancellationToken);
        return shapes;
    }
}
