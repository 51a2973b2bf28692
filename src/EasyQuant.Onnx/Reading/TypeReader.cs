using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using EasyQuant.Tensors;
using ValueType = EasyQuant.Graphs.ValueType;

namespace EasyQuant.Onnx.Reading;

/// <summary>Makes value types of messages.</summary>
internal static class TypeReader
{
    /// <summary>The declared type, or nothing where the declaration leaves it open.</summary>
    /// <param name="proto">The declaration.</param>
    /// <param name="what">What messages call the value.</param>
    public static ValueType? Read(TypeProto? proto, string what) => proto?.ValueCase switch
    {
        null or TypeProto.ValueOneofCase.None => null,
        TypeProto.ValueOneofCase.TensorType =>
            new TensorValueType(ReadElementType(proto.TensorType.ElemType, what), ReadShape(proto.TensorType.Shape, what)),
        TypeProto.ValueOneofCase.SequenceType when Read(proto.SequenceType.ElemType, what) is { } element => new SequenceValueType(element),
        TypeProto.ValueOneofCase.OptionalType when Read(proto.OptionalType.ElemType, what) is { } element => new OptionalValueType(element),
        TypeProto.ValueOneofCase.SequenceType => new OpaqueValueType("sequence(?)", proto),
        TypeProto.ValueOneofCase.OptionalType => new OpaqueValueType("optional(?)", proto),
        TypeProto.ValueOneofCase.MapType => new OpaqueValueType("map", proto),
        TypeProto.ValueOneofCase.SparseTensorType => new OpaqueValueType("sparse tensor", proto),
        _ => new OpaqueValueType("opaque type", proto),
    };

    private static DataType ReadElementType(int number, string what)
    {
        try
        {
            return ElementTypes.ReadDeclared(number);
        }
        catch (InvalidModelException error)
        {
            throw new InvalidModelException($"{what}: {error.Message}", error);
        }
    }

    private static SymbolicShape? ReadShape(TensorShapeProto? proto, string what) =>
        proto is null ? null : new SymbolicShape([.. proto.Dim.Select(d => ReadDimension(d, what))]);

    // Some writers say "not known" with a negative number.
    private static Dimension ReadDimension(TensorShapeProto.Types.Dimension proto, string what) => proto.ValueCase switch
    {
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue when proto.DimValue > int.MaxValue =>
            throw new InvalidModelException($"{what} is declared with extent {proto.DimValue}, expected at most {int.MaxValue}."),
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue when proto.DimValue >= 0 => new Dimension((int)proto.DimValue),
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam when proto.DimParam.Length > 0 => new Dimension(null, proto.DimParam),
        _ => Dimension.Unknown,
    };
}
