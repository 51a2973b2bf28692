namespace EasyQuant.Tensors;

/// <summary>The element type of a tensor. The numbers are those of ONNX's <c>TensorProto.DataType</c>.</summary>
public enum DataType
{
    /// <summary>No type known.</summary>
    Undefined = 0,
    /// <summary>IEEE 754 single precision.</summary>
    Float32 = 1,
    /// <summary>8-bit unsigned integer.</summary>
    UInt8 = 2,
    /// <summary>8-bit signed integer.</summary>
    Int8 = 3,
    /// <summary>16-bit unsigned integer.</summary>
    UInt16 = 4,
    /// <summary>16-bit signed integer.</summary>
    Int16 = 5,
    /// <summary>32-bit signed integer.</summary>
    Int32 = 6,
    /// <summary>64-bit signed integer.</summary>
    Int64 = 7,
    /// <summary>UTF-8 text.</summary>
    String = 8,
    /// <summary>One byte, 0 or 1.</summary>
    Bool = 9,
    /// <summary>IEEE 754 half precision.</summary>
    Float16 = 10,
    /// <summary>IEEE 754 double precision.</summary>
    Float64 = 11,
    /// <summary>32-bit unsigned integer.</summary>
    UInt32 = 12,
    /// <summary>64-bit unsigned integer.</summary>
    UInt64 = 13,
    /// <summary>Two single-precision parts.</summary>
    Complex64 = 14,
    /// <summary>Two double-precision parts.</summary>
    Complex128 = 15,
    /// <summary>The upper 16 bits of a single-precision number.</summary>
    BFloat16 = 16,
    /// <summary>8-bit float, 4 exponent bits, finite, NaN.</summary>
    Float8E4M3FN = 17,
    /// <summary>8-bit float, 4 exponent bits, finite, NaN, no negative zero.</summary>
    Float8E4M3FNUZ = 18,
    /// <summary>8-bit float, 5 exponent bits.</summary>
    Float8E5M2 = 19,
    /// <summary>8-bit float, 5 exponent bits, finite, no negative zero.</summary>
    Float8E5M2FNUZ = 20,
    /// <summary>4-bit unsigned integer, two a byte, first element in the low bits.</summary>
    UInt4 = 21,
    /// <summary>4-bit signed integer, two a byte, first element in the low bits.</summary>
    Int4 = 22,
    /// <summary>4-bit float, two a byte.</summary>
    Float4E2M1 = 23,
    /// <summary>8-bit power of two.</summary>
    Float8E8M0 = 24,
    /// <summary>2-bit unsigned integer, four a byte, first element in the low bits.</summary>
    UInt2 = 25,
    /// <summary>2-bit signed integer, four a byte, first element in the low bits.</summary>
    Int2 = 26,
}
