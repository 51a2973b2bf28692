using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Conversion;

/// <summary>Element types of at most 8 bits that no CLR type has: integers of 4 and 2 bits, small floats, powers of two. Read as wider types and written from them.</summary>
internal static class NarrowElements
{
    // The exponent of the power of two with code 0.
    private const int PowerBias = 127;
    private const int PowerNotANumber = 0xFF;

    /// <summary>Whether this is one of the types.</summary>
    public static bool Has(DataType type) => IsInteger(type) || IsReal(type);

    /// <summary>Whether this is an integer type of less than 8 bits.</summary>
    public static bool IsInteger(DataType type) => type is DataType.Int4 or DataType.UInt4 or DataType.Int2 or DataType.UInt2;

    /// <summary>Whether this is a small float or a power of two.</summary>
    public static bool IsReal(DataType type) => type == DataType.Float8E8M0 || SmallFloatFormat.Of(type) is not null;

    /// <summary>The smallest and the largest number of an integer type of less than 8 bits.</summary>
    public static (int Smallest, int Largest) RangeOf(DataType type)
    {
        int codes = 1 << type.BitWidth();
        return type is DataType.Int4 or DataType.Int2 ? (-codes / 2, codes / 2 - 1) : (0, codes - 1);
    }

    /// <summary>The elements as the CLR type that holds them all: signed or unsigned bytes, or single precision.</summary>
    public static Tensor Widen(Tensor x, OperatorContext context)
    {
        ReadOnlySpan<byte> bytes = x.Bytes.Span;
        int bits = x.Type.BitWidth();
        if (IsReal(x.Type))
        {
            float[] numbers = Numbers(x.Type);
            Tensor reals = context.Allocate(DataType.Float32, x.Shape);
            Span<float> values = reals.AsMutableSpan<float>();
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = numbers[CodeAt(bytes, bits, i)];
            }

            return reals;
        }

        bool isSigned = x.Type is DataType.Int4 or DataType.Int2;
        Tensor integers = context.Allocate(isSigned ? DataType.Int8 : DataType.UInt8, x.Shape);
        Span<byte> to = Elements.Bytes(integers);
        for (int i = 0; i < to.Length; i++)
        {
            int code = CodeAt(bytes, bits, i);
            to[i] = (byte)(isSigned ? code << (32 - bits) >> (32 - bits) : code);
        }

        return integers;
    }

    /// <summary>Single-precision numbers as a small float type.</summary>
    public static Tensor FromSingles(Tensor x, DataType type, Rounding rounding, OperatorContext context)
    {
        ReadOnlySpan<float> from = x.AsSpan<float>();
        int[] codes = new int[from.Length];
        SmallFloatFormat? format = SmallFloatFormat.Of(type);
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = format?.Encode(from[i], rounding.Saturates) ?? PowerOf(from[i], rounding);
        }

        return Pack(codes, x.Shape, type, context);
    }

    /// <summary>64-bit integers as an integer type of less than 8 bits: the lowest bits are kept.</summary>
    public static Tensor FromIntegers(Tensor x, DataType type, OperatorContext context) =>
        Pack(Array.ConvertAll(x.AsSpan<long>().ToArray(), v => (int)v), x.Shape, type, context);

    /// <summary>The lowest bits of these numbers behind one another, the first element in the low bits of a byte.</summary>
    public static Tensor Pack(ReadOnlySpan<int> codes, Shape shape, DataType type, OperatorContext context)
    {
        Tensor y = context.Allocate(type, shape);
        Span<byte> to = Elements.Bytes(y);
        to.Clear();
        int bits = type.BitWidth();
        int perByte = 8 / bits;
        int mask = (1 << bits) - 1;
        for (int i = 0; i < codes.Length; i++)
        {
            to[i / perByte] |= (byte)((codes[i] & mask) << (i % perByte * bits));
        }

        return y;
    }

    /// <summary>The bits of each element of less than 8 bits.</summary>
    /// <exception cref="UnsupportedOperatorInputException">The elements have other widths.</exception>
    public static int[] Codes(Tensor x)
    {
        if (!Has(x.Type))
        {
            throw new UnsupportedOperatorInputException($"Moving elements of {x} is not supported.");
        }

        int[] codes = new int[x.Count];
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = CodeAt(x.Bytes.Span, x.Type.BitWidth(), i);
        }

        return codes;
    }

    private static int CodeAt(ReadOnlySpan<byte> bytes, int bits, int index)
    {
        int perByte = 8 / bits;
        return bytes[index / perByte] >> (index % perByte * bits) & ((1 << bits) - 1);
    }

    private static float[] Numbers(DataType type)
    {
        float[] numbers = new float[1 << type.BitWidth()];
        for (int code = 0; code < numbers.Length; code++)
        {
            numbers[code] = SmallFloatFormat.Of(type)?.Decode(code) ?? (code == PowerNotANumber ? float.NaN : MathF.ScaleB(1, code - PowerBias));
        }

        return numbers;
    }

    // The code of a power of two; there is no sign, so that of a number is dropped.
    private static int PowerOf(float value, Rounding rounding)
    {
        if (float.IsNaN(value))
        {
            return PowerNotANumber;
        }

        float magnitude = MathF.Abs(value);
        if (magnitude == 0)
        {
            return 0;
        }

        if (float.IsInfinity(magnitude))
        {
            return rounding.Saturates ? PowerNotANumber - 1 : PowerNotANumber;
        }

        int exponent = MathF.ILogB(magnitude);
        float power = MathF.ScaleB(1, exponent);
        bool up = rounding.Mode switch
        {
            "up" => magnitude > power,
            "nearest" => magnitude >= 1.5f * power,
            "down" => false,
            _ => throw new UnsupportedOperatorInputException($"Rounding mode '{rounding.Mode}' is not supported, expected up, down or nearest."),
        };
        int code = exponent + (up ? 1 : 0) + PowerBias;
        return code >= PowerNotANumber ? (rounding.Saturates ? PowerNotANumber - 1 : PowerNotANumber) : Math.Max(0, code);
    }
}

/// <summary>How numbers become small floats.</summary>
/// <param name="Saturates">Whether what is too large becomes the largest number.</param>
/// <param name="Mode">Which neighbouring power of two is taken: up, down or nearest.</param>
internal sealed record Rounding(bool Saturates = true, string Mode = "up");
