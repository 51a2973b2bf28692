namespace EasyQuant.Tensors;

/// <summary>What is known of each <see cref="DataType"/>: its width, its name, its CLR type.</summary>
public static class DataTypes
{
    /// <summary>Bits one element takes in a buffer; 0 for text.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is undefined.</exception>
    public static int BitWidth(this DataType type) => type switch
    {
        DataType.Float64 or DataType.Int64 or DataType.UInt64 or DataType.Complex64 => 64,
        DataType.Complex128 => 128,
        DataType.Float32 or DataType.Int32 or DataType.UInt32 => 32,
        DataType.Float16 or DataType.BFloat16 or DataType.Int16 or DataType.UInt16 => 16,
        DataType.UInt8 or DataType.Int8 or DataType.Bool or DataType.Float8E4M3FN or DataType.Float8E4M3FNUZ
            or DataType.Float8E5M2 or DataType.Float8E5M2FNUZ or DataType.Float8E8M0 => 8,
        DataType.UInt4 or DataType.Int4 or DataType.Float4E2M1 => 4,
        DataType.UInt2 or DataType.Int2 => 2,
        DataType.String => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "The element type is not known."),
    };

    /// <summary>Bytes that <paramref name="count"/> elements take: <c>ceil(count · bits / 8)</c>.</summary>
    public static long ByteLength(this DataType type, long count) => checked(count * type.BitWidth() + 7) / 8;

    /// <summary>The short name used in texts: <c>f32</c>, <c>u8</c>, <c>i64</c>.</summary>
    public static string ShortName(this DataType type) => type switch
    {
        DataType.Float32 => "f32",
        DataType.Float64 => "f64",
        DataType.Float16 => "f16",
        DataType.BFloat16 => "bf16",
        DataType.UInt8 => "u8",
        DataType.Int8 => "i8",
        DataType.UInt16 => "u16",
        DataType.Int16 => "i16",
        DataType.UInt32 => "u32",
        DataType.Int32 => "i32",
        DataType.UInt64 => "u64",
        DataType.Int64 => "i64",
        DataType.Bool => "bool",
        DataType.String => "string",
        DataType.UInt4 => "u4",
        DataType.Int4 => "i4",
        DataType.UInt2 => "u2",
        DataType.Int2 => "i2",
        _ => type.ToString(),
    };

    /// <summary>The element type whose buffer can be seen as a span of <typeparamref name="T"/>.</summary>
    /// <exception cref="NotSupportedException">No element type has this CLR type.</exception>
    public static DataType Of<T>()
    {
        if (typeof(T) == typeof(float)) return DataType.Float32;
        if (typeof(T) == typeof(double)) return DataType.Float64;
        if (typeof(T) == typeof(Half)) return DataType.Float16;
        if (typeof(T) == typeof(byte)) return DataType.UInt8;
        if (typeof(T) == typeof(sbyte)) return DataType.Int8;
        if (typeof(T) == typeof(ushort)) return DataType.UInt16;
        if (typeof(T) == typeof(short)) return DataType.Int16;
        if (typeof(T) == typeof(uint)) return DataType.UInt32;
        if (typeof(T) == typeof(int)) return DataType.Int32;
        if (typeof(T) == typeof(ulong)) return DataType.UInt64;
        if (typeof(T) == typeof(long)) return DataType.Int64;
        if (typeof(T) == typeof(bool)) return DataType.Bool;
        if (typeof(T) == typeof(string)) return DataType.String;
        throw new NotSupportedException($"No tensor element type corresponds to {typeof(T).Name}.");
    }

    /// <summary>Whether a buffer of this type may be read as a span of <typeparamref name="T"/>.</summary>
    /// <remarks>Every buffer may be read as bytes, and bfloat16 as unsigned 16-bit integers.</remarks>
    internal static bool CanViewAs<T>(this DataType type) where T : unmanaged =>
        typeof(T) == typeof(byte) || type == Of<T>() || (type == DataType.BFloat16 && typeof(T) == typeof(ushort));
}
