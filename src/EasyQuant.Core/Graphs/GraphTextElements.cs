using System.Globalization;
using System.Numerics;
using EasyQuant.Tensors;

namespace EasyQuant.Graphs;

/// <summary>Turns the elements that <see cref="GraphText"/> lists or describes into a tensor, and back into text.</summary>
internal sealed class GraphTextElements
{
    private readonly DataType _type;
    private readonly Shape _shape;

    public GraphTextElements(DataType type, Shape shape)
    {
        _type = type;
        _shape = shape;
    }

    /// <summary>A tensor of these elements.</summary>
    /// <exception cref="FormatException">There are too few or too many, or one is no number of the type.</exception>
    public Tensor Listed(string[] elements)
    {
        if (elements.Length != _shape.ElementCount)
        {
            throw new FormatException($"the shape takes {_shape.ElementCount} elements, found {elements.Length}");
        }

        return _type switch
        {
            DataType.String => Tensor.FromStrings(elements, _shape),
            DataType.Bool => Tensor.From(Array.ConvertAll(elements, e => ParseInteger<byte>(e) != 0), _shape),
            DataType.Float32 => Tensor.From(Array.ConvertAll(elements, ParseReal<float>), _shape),
            DataType.Float64 => Tensor.From(Array.ConvertAll(elements, ParseReal<double>), _shape),
            DataType.Float16 => Tensor.From(Array.ConvertAll(elements, ParseReal<Half>), _shape),
            DataType.Int8 => Tensor.From(Array.ConvertAll(elements, ParseInteger<sbyte>), _shape),
            DataType.UInt8 => Tensor.From(Array.ConvertAll(elements, ParseInteger<byte>), _shape),
            DataType.Int16 => Tensor.From(Array.ConvertAll(elements, ParseInteger<short>), _shape),
            DataType.UInt16 => Tensor.From(Array.ConvertAll(elements, ParseInteger<ushort>), _shape),
            DataType.Int32 => Tensor.From(Array.ConvertAll(elements, ParseInteger<int>), _shape),
            DataType.UInt32 => Tensor.From(Array.ConvertAll(elements, ParseInteger<uint>), _shape),
            DataType.Int64 => Tensor.From(Array.ConvertAll(elements, ParseInteger<long>), _shape),
            DataType.UInt64 => Tensor.From(Array.ConvertAll(elements, ParseInteger<ulong>), _shape),
            _ => throw new FormatException($"elements of {_type.ShortName()} have no text form"),
        };
    }

    /// <summary>A tensor of pseudo-random elements, uniform from <paramref name="low"/> to <paramref name="high"/> (-1 and 1 for floats).</summary>
    /// <exception cref="FormatException">The type is an integer's and there are no bounds, or they are no numbers of the type.</exception>
    public Tensor Random(Random random, string? low, string? high)
    {
        bool real = _type is DataType.Float32 or DataType.Float64 or DataType.Float16;
        if (!real && low is null)
        {
            throw new FormatException("integers need elements '{1,2}' or bounds '{0..9}'");
        }

        string[] elements = new string[checked((int)_shape.ElementCount)];
        if (real)
        {
            double from = ParseReal<double>(low ?? "-1");
            double range = ParseReal<double>(high ?? "1") - from;
            for (int i = 0; i < elements.Length; i++)
            {
                elements[i] = Text(from + range * random.NextDouble());
            }
        }
        else
        {
            long from = ParseInteger<long>(low!);
            long to = checked(ParseInteger<long>(high!) + 1);
            if (to <= from)
            {
                throw new FormatException($"the bounds {{{low}..{high}}} hold no integer");
            }

            for (int i = 0; i < elements.Length; i++)
            {
                elements[i] = Text(random.NextInt64(from, to));
            }
        }

        return Listed(elements);
    }

    /// <summary>The elements of a tensor, each as text; nothing where the type has no text form.</summary>
    public static string[]? Print(Tensor tensor) => tensor.Type switch
    {
        DataType.Bool => Array.ConvertAll(tensor.AsSpan<byte>().ToArray(), b => b == 0 ? "0" : "1"),
        DataType.Float32 => Array.ConvertAll(tensor.AsSpan<float>().ToArray(), Text),
        DataType.Float64 => Array.ConvertAll(tensor.AsSpan<double>().ToArray(), Text),
        DataType.Float16 => Array.ConvertAll(tensor.AsSpan<Half>().ToArray(), Text),
        DataType.Int8 => Array.ConvertAll(tensor.AsSpan<sbyte>().ToArray(), Text),
        DataType.UInt8 => Array.ConvertAll(tensor.AsSpan<byte>().ToArray(), Text),
        DataType.Int16 => Array.ConvertAll(tensor.AsSpan<short>().ToArray(), Text),
        DataType.UInt16 => Array.ConvertAll(tensor.AsSpan<ushort>().ToArray(), Text),
        DataType.Int32 => Array.ConvertAll(tensor.AsSpan<int>().ToArray(), Text),
        DataType.UInt32 => Array.ConvertAll(tensor.AsSpan<uint>().ToArray(), Text),
        DataType.Int64 => Array.ConvertAll(tensor.AsSpan<long>().ToArray(), Text),
        DataType.UInt64 => Array.ConvertAll(tensor.AsSpan<ulong>().ToArray(), Text),
        _ => null,
    };

    /// <summary>A number as text that reads back as the same number.</summary>
    public static string Text<T>(T number) where T : INumber<T> =>
        T.IsNaN(number) ? "nan"
        : T.IsPositiveInfinity(number) ? "inf"
        : T.IsNegativeInfinity(number) ? "-inf"
        : number.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>The number that a text stands for, <c>inf</c>, <c>-inf</c> and <c>nan</c> included.</summary>
    public static T ParseReal<T>(string text) where T : IFloatingPointIeee754<T> => text switch
    {
        "inf" => T.PositiveInfinity,
        "-inf" => T.NegativeInfinity,
        "nan" => T.NaN,
        _ => T.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static T ParseInteger<T>(string text) where T : IBinaryInteger<T> =>
        T.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
