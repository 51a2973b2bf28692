using EasyQuant.Graphs;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>Frees models of the picture size that they declare.</summary>
public static class OpenExtents
{
    /// <summary>A copy of a model whose picture inputs (four dimensions) take any height and width.</summary>
    /// <remarks>
    /// Exporters write down the size of their example. A network of convolutions alone works on every other one; where a constant in it depends
    /// on the size, its runs say so. The shapes that the file states for values on the way are dropped, since they no longer hold.
    /// </remarks>
    public static Model Of(Model model)
    {
        Model copy = model.Clone();
        foreach (Value input in copy.Graph.RequiredInputs)
        {
            if (input.TensorType is { Shape: { Rank: 4 } shape } type)
            {
                input.Type = new TensorValueType(type.ElementType, new SymbolicShape([shape.Dimensions[0], shape.Dimensions[1], new(null, "height"), new(null, "width")]));
            }
        }

        foreach (Value value in copy.Graph.Nodes.SelectMany(n => n.Outputs).OfType<Value>())
        {
            value.Type = value.TensorType is { } type ? new TensorValueType(type.ElementType, null) : value.Type;
        }

        return copy;
    }
}
