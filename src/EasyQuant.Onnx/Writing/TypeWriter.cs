using System.Diagnostics;
using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using ValueType = EasyQuant.Graphs.ValueType;

namespace EasyQuant.Onnx.Writing;

/// <summary>Makes messages of value types.</summary>
internal static class TypeWriter
{
    /// <summary>The message for a type.</summary>
    /// <exception cref="InvalidModelException">The type was read from another format.</exception>
    public static TypeProto Write(ValueType type) => type switch
    {
        TensorValueType tensor => new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor { ElemType = (int)tensor.ElementType, Shape = WriteShape(tensor.Shape) },
        },
        SequenceValueType sequence => new TypeProto { SequenceType = new TypeProto.Types.Sequence { ElemType = Write(sequence.ElementType) } },
        OptionalValueType optional => new TypeProto { OptionalType = new TypeProto.Types.Optional { ElemType = Write(optional.ElementType) } },
        OpaqueValueType { Origin: TypeProto proto } => proto.Clone(),
        OpaqueValueType opaque => throw new InvalidModelException($"type '{opaque.Name}' did not come from an ONNX model and has no form there."),
        _ => throw new UnreachableException($"{type.GetType().Name} is no kind of value type."),
    };

    private static TensorShapeProto? WriteShape(SymbolicShape? shape)
    {
        if (shape is null)
        {
            return null;
        }

        TensorShapeProto proto = new();
        foreach (Dimension dimension in shape.Dimensions)
        {
            TensorShapeProto.Types.Dimension extent = new();
            if (dimension.Value is { } value)
            {
                extent.DimValue = value;
            }
            else if (dimension.Symbol is { } symbol)
            {
                extent.DimParam = symbol;
            }

            proto.Dim.Add(extent);
        }

        return proto;
    }
}
