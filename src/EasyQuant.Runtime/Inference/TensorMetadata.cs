using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference;

/// <summary>What a model says of an input or an output.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements; undefined where the model leaves it open.</param>
/// <param name="Shape">Its extents, numbers or symbols; null where the model leaves them open.</param>
public sealed record TensorMetadata(string Name, DataType Type, SymbolicShape? Shape)
{
    internal static TensorMetadata Of(Value value) => new(value.Name, value.ElementType, value.Shape);

    /// <summary>As in <c>image: f32[Nx3x224x224]</c>.</summary>
    public override string ToString() => $"{Name}: {new TensorValueType(Type, Shape)}";
}
