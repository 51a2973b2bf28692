using EasyQuant.Graphs;

namespace EasyQuant.Passes.Shapes;

/// <summary>Arithmetic on extents of which some are symbols; what does not follow is unknown.</summary>
internal static class DimensionMath
{
    public static bool IsKnown(this Dimension dimension) => dimension.Value is not null;

    /// <summary>Whether both are certainly the same number.</summary>
    public static bool IsSame(Dimension a, Dimension b) => a == b && a != Dimension.Unknown;

    /// <summary><c>f(a)</c> where the number is known and the result fits 32 bits.</summary>
    public static Dimension Map(this Dimension a, Func<long, long> f) => a.Value is { } value ? Of(f(value)) : Dimension.Unknown;

    public static Dimension Of(long number) => number is >= int.MinValue and <= int.MaxValue ? new Dimension((int)number) : Dimension.Unknown;

    public static Dimension Add(Dimension a, Dimension b) =>
        a.Value == 0 ? b : b.Value == 0 ? a : a.Value is { } x && b.Value is { } y ? Of((long)x + y) : Dimension.Unknown;

    public static Dimension Multiply(Dimension a, Dimension b) =>
        a.Value == 1 ? b : b.Value == 1 ? a : a.Value is { } x && b.Value is { } y ? Of((long)x * y) : Dimension.Unknown;

    public static Dimension Product(IEnumerable<Dimension> dimensions) => dimensions.Aggregate(new Dimension(1), Multiply);

    /// <summary>The extent that two broadcast to: the one that is not 1.</summary>
    public static Dimension Broadcast(Dimension a, Dimension b)
    {
        if (a.Value == 1 || IsSame(a, b))
        {
            return b;
        }

        // Beside a number other than 1 an unknown extent can only be that number or 1.
        return b.Value == 1 || a.Value is not null ? a : b.Value is not null ? b : Dimension.Unknown;
    }

    /// <summary>The shape that all broadcast to, aligned at the end; nothing where one is unknown.</summary>
    public static IReadOnlyList<Dimension>? Broadcast(params IEnumerable<IReadOnlyList<Dimension>?> shapes)
    {
        List<Dimension> result = [];
        foreach (IReadOnlyList<Dimension>? shape in shapes)
        {
            if (shape is null)
            {
                return null;
            }

            while (result.Count < shape.Count)
            {
                result.Insert(0, 1);
            }

            int offset = result.Count - shape.Count;
            for (int i = 0; i < shape.Count; i++)
            {
                result[offset + i] = Broadcast(result[offset + i], shape[i]);
            }
        }

        return result;
    }

    /// <summary>A copy with one extent replaced.</summary>
    public static Dimension[] With(this IReadOnlyList<Dimension> shape, int axis, Dimension extent)
    {
        Dimension[] copy = [.. shape];
        copy[axis] = extent;
        return copy;
    }

    public static Dimension[] Unknowns(int rank) => new Dimension[rank];
}
