using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Onnx.Reading;

/// <summary>Element types by the numbers that ONNX gives them, which are those of <see cref="DataType"/>.</summary>
internal static class ElementTypes
{
    /// <summary>The element type of a tensor that has elements.</summary>
    /// <exception cref="InvalidModelException">The number is not known.</exception>
    public static DataType Read(int number) =>
        ReadDeclared(number) is DataType type and not DataType.Undefined
            ? type
            : throw new InvalidModelException("it has no element type (data_type 0).");

    /// <summary>The element type of a declaration, which may leave it open.</summary>
    /// <exception cref="InvalidModelException">The number is not known.</exception>
    public static DataType ReadDeclared(int number) =>
        Enum.IsDefined((DataType)number)
            ? (DataType)number
            : throw new InvalidModelException($"element type {number} is not known, expected 1 to {(int)Enum.GetValues<DataType>()[^1]}.");
}
