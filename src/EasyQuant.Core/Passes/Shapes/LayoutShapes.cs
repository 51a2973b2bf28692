using EasyQuant.Graphs;

namespace EasyQuant.Passes.Shapes;

/// <summary>Operators that keep every element and change the shape or the order.</summary>
internal static class LayoutShapes
{
    public static void Register(Dictionary<string, Action<ShapeSite>> rules)
    {
        rules["Reshape"] = s => Keep(s, Reshape(s));
        rules["Squeeze"] = s => Keep(s, Squeeze(s));
        rules["Unsqueeze"] = s => Keep(s, Unsqueeze(s));
        rules["Flatten"] = s => Keep(s, Flatten(s));
        rules["Transpose"] = Transpose;
        rules["DepthToSpace"] = s => Blocks(s, b => (c => c % (b * b) == 0 ? c / (b * b) : -1, e => e * b));
        rules["SpaceToDepth"] = s => Blocks(s, b => (c => c * b * b, e => e % b == 0 ? e / b : -1));
    }

    private static void Keep(ShapeSite s, IReadOnlyList<Dimension>? shape)
    {
        s.Set(0, s.Type(0), shape);
        if (s.Elements(0) is { } elements)
        {
            s.SetElements(0, elements);
        }
    }

    private static void Transpose(ShapeSite s)
    {
        IReadOnlyList<Dimension>? x = s.Shape(0);
        int[]? order = s.Node.GetInts("perm") is { } perm ? [.. perm.Select(p => (int)p)] : x is null ? null : [.. Enumerable.Range(0, x.Count).Reverse()];
        bool sound = order is not null && order.Order().SequenceEqual(Enumerable.Range(0, order.Length)) && (x is null || x.Count == order.Length);
        s.Set(0, s.Type(0), sound ? x is null ? DimensionMath.Unknowns(order!.Length) : [.. order!.Select(axis => x[axis])] : null);
    }

    private static Dimension[]? Reshape(ShapeSite s)
    {
        if (s.Elements(1) is not { } target)
        {
            return s.Shape(1) is [{ Value: { } rank and <= 64 }] ? DimensionMath.Unknowns(rank) : null;
        }

        IReadOnlyList<Dimension>? x = s.Shape(0);
        bool copies = s.Node.GetInt("allowzero", 0) == 0;
        Dimension[] y = new Dimension[target.Count];
        List<int> open = [];
        for (int i = 0; i < y.Length; i++)
        {
            if (target[i].Value == 0 && copies)
            {
                y[i] = x is not null && i < x.Count ? x[i] : Dimension.Unknown;
            }
            else if (target[i].Value == -1 || target[i] == Dimension.Unknown)
            {
                open.Add(i);
            }
            else
            {
                y[i] = target[i];
            }
        }

        if (x is not null && open is [var only])
        {
            y[only] = Quotient(x, y, target, only, copies);
        }

        return y;
    }

    /// <summary>The extent that makes the number of elements the same, found after what stands on both sides is crossed out.</summary>
    private static Dimension Quotient(IReadOnlyList<Dimension> x, Dimension[] y, IReadOnlyList<Dimension> target, int open, bool copies)
    {
        List<Dimension> above = [];
        List<Dimension> below = [.. y.Where((_, i) => i != open && !IsCopied(i))];
        for (int i = 0; i < x.Count; i++)
        {
            bool copied = i < y.Length && i != open && IsCopied(i);
            if (!copied && !(x[i].Symbol is not null && below.Remove(x[i])))
            {
                above.Add(x[i]);
            }
        }

        long? divisor = NumbersOf(below);
        if (divisor is not > 0)
        {
            return Dimension.Unknown;
        }

        if (NumbersOf(above) is { } total)
        {
            return total % divisor == 0 ? DimensionMath.Of(total / divisor.Value) : Dimension.Unknown;
        }

        // One symbol may stay over, times a number that crosses out.
        List<Dimension> symbols = above.FindAll(d => !d.IsKnown());
        return symbols is [{ Symbol: not null } symbol] && NumbersOf(above.FindAll(d => d.IsKnown())) == divisor ? symbol : Dimension.Unknown;

        bool IsCopied(int i) => copies && target[i].Value == 0;
    }

    private static long? NumbersOf(List<Dimension> dimensions)
    {
        long product = 1;
        foreach (Dimension dimension in dimensions)
        {
            if (dimension.Value is not { } value || (product *= value) > int.MaxValue)
            {
                return null;
            }
        }

        return product;
    }

    private static Dimension[]? Squeeze(ShapeSite s)
    {
        if (s.Shape(0) is not { } x)
        {
            return null;
        }

        int[]? axes = s.Axes(1);
        if (axes is null && !s.Has(1))
        {
            return x.All(d => d.IsKnown()) ? [.. x.Where(d => d.Value != 1)] : null;
        }

        HashSet<int?>? squeezed = axes is null ? null : [.. axes.Select(a => ShapeSite.Axis(a, x.Count))];
        return squeezed is null || squeezed.Contains(null) ? null : [.. x.Where((_, i) => !squeezed.Contains(i))];
    }

    private static Dimension[]? Unsqueeze(ShapeSite s)
    {
        if (s.Shape(0) is not { } x || s.Axes(1) is not { } axes)
        {
            return null;
        }

        int rank = x.Count + axes.Length;
        HashSet<int?> inserted = [.. axes.Select(a => ShapeSite.Axis(a, rank))];
        if (inserted.Contains(null) || inserted.Count != axes.Length)
        {
            return null;
        }

        Queue<Dimension> rest = new(x);
        return [.. Enumerable.Range(0, rank).Select(i => inserted.Contains(i) ? 1 : rest.Dequeue())];
    }

    private static Dimension[] Flatten(ShapeSite s)
    {
        if (s.Shape(0) is not { } x)
        {
            return DimensionMath.Unknowns(2);
        }

        long axis = s.Node.GetInt("axis", 1);
        int split = (int)Math.Clamp(axis < 0 ? axis + x.Count : axis, 0, x.Count);
        return [DimensionMath.Product(x.Take(split)), DimensionMath.Product(x.Skip(split))];
    }

    private static void Blocks(ShapeSite s, Func<long, (Func<long, long> Channels, Func<long, long> Extent)> forBlock)
    {
        long block = s.Node.GetInt("blocksize", 0);
        if (s.Shape(0) is not [var n, var c, var h, var w] || block is < 1 or > 1 << 15)
        {
            s.Set(0, s.Type(0), DimensionMath.Unknowns(4));
            return;
        }

        (Func<long, long> channels, Func<long, long> extent) = forBlock(block);
        s.Set(0, s.Type(0), [n, c.Map(channels), h.Map(extent), w.Map(extent)]);
    }
}
