using System.Globalization;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Conversion;

/// <summary>Numbers written as text and read from it, in the invariant form: <c>3.5</c>, <c>1e-07</c>, <c>NaN</c>, <c>INF</c>.</summary>
internal static class TextElements
{
    /// <summary>Each element as the shortest text that is read back as the same number.</summary>
    public static Tensor Write(Tensor x)
    {
        string[] texts = x.Type switch
        {
            DataType.Float32 => Array.ConvertAll(x.AsSpan<float>().ToArray(), v => Write(v)),
            DataType.Float64 => Array.ConvertAll(x.AsSpan<double>().ToArray(), v => Write(v)),
            DataType.Float16 => Array.ConvertAll(x.AsSpan<Half>().ToArray(), v => Write(v)),
            DataType.Int8 => Array.ConvertAll(x.AsSpan<sbyte>().ToArray(), v => Write(v)),
            DataType.Int16 => Array.ConvertAll(x.AsSpan<short>().ToArray(), v => Write(v)),
            DataType.Int32 => Array.ConvertAll(x.AsSpan<int>().ToArray(), v => Write(v)),
            DataType.Int64 => Array.ConvertAll(x.AsSpan<long>().ToArray(), v => Write(v)),
            DataType.UInt8 => Array.ConvertAll(x.AsSpan<byte>().ToArray(), v => Write(v)),
            DataType.UInt16 => Array.ConvertAll(x.AsSpan<ushort>().ToArray(), v => Write(v)),
            DataType.UInt32 => Array.ConvertAll(x.AsSpan<uint>().ToArray(), v => Write(v)),
            DataType.UInt64 => Array.ConvertAll(x.AsSpan<ulong>().ToArray(), v => Write(v)),
            DataType.Bool => Array.ConvertAll(x.AsSpan<bool>().ToArray(), v => v ? "True" : "False"),
            _ => throw new UnsupportedOperatorInputException($"Converting {x.Type.ShortName()} to string is not supported."),
        };
        return Tensor.FromStrings(texts, x.Shape);
    }

    /// <summary>Each text as a number: integers exactly as 64-bit ones, everything else in double precision.</summary>
    /// <exception cref="InvalidOperatorInputException">A text is no number.</exception>
    public static Tensor Read(Tensor x, DataType target)
    {
        bool isInteger = target is DataType.Int8 or DataType.Int16 or DataType.Int32 or DataType.Int64 or DataType.UInt8 or DataType.UInt16 or DataType.UInt32;
        return isInteger && x.Strings.All(s => long.TryParse(s, NumberStyles.Integer, CultureInfo.InvariantCulture, out _))
            ? Tensor.From<long>([.. x.Strings.Select(s => long.Parse(s, NumberStyles.Integer, CultureInfo.InvariantCulture))], x.Shape)
            : Tensor.From<double>([.. x.Strings.Select(Number)], x.Shape);
    }

    private static double Number(string text) => text.Trim().ToUpperInvariant() switch
    {
        "INF" or "+INF" or "INFINITY" => double.PositiveInfinity,
        "-INF" or "-INFINITY" => double.NegativeInfinity,
        "NAN" => double.NaN,
        string other => double.TryParse(other, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw new InvalidOperatorInputException($"'{text}' is no number."),
    };

    private static string Write<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture) switch
        {
            "Infinity" => "INF",
            "-Infinity" => "-INF",
            string text => text,
        };
}
