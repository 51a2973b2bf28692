using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes.Shapes;

/// <summary>Operators that pick, repeat, join or resample elements.</summary>
internal static class SelectionShapes
{
    public static void Register(Dictionary<string, Action<ShapeSite>> rules)
    {
        rules["Concat"] = Concat;
        rules["Split"] = Split;
        rules["Slice"] = Slice;
        rules["Gather"] = Gather;
        rules["GatherElements"] = s => s.Set(0, s.Type(0), s.Shape(1));
        rules["GatherND"] = s => s.Set(0, s.Type(0), GatherNd(s));
        rules["Pad"] = s => s.Set(0, s.Type(0), Pad(s));
        rules["Expand"] = s => s.Set(0, s.Type(0), Expand(s));
        rules["Tile"] = s => s.Set(0, s.Type(0), s.Shape(0) is { } x
            ? s.Elements(1) is { } times && times.Count == x.Count ? [.. x.Zip(times, DimensionMath.Multiply)] : DimensionMath.Unknowns(x.Count)
            : null);
        rules.AddAll("Resize Upsample", s => s.Set(0, s.Type(0), Resize(s)));
        rules["TopK"] = TopK;
        rules["OneHot"] = OneHot;
        rules["Compress"] = s => s.Set(0, s.Type(0), s.Shape(0) is not { } x ? null
            : s.Node.Attributes.ContainsKey("axis")
                ? ShapeSite.Axis(s.Node.GetInt("axis", 0), x.Count) is { } axis ? x.With(axis, Dimension.Unknown) : null
                : [Dimension.Unknown]);
    }

    private static void Concat(ShapeSite s)
    {
        IReadOnlyList<Dimension>?[] shapes = [.. Enumerable.Range(0, s.Node.Inputs.Count).Select(s.Shape)];
        int? rank = shapes.FirstOrDefault(x => x is not null)?.Count;
        int? axis = rank is { } r ? ShapeSite.Axis(s.Node.GetInt("axis", 0), r) : null;
        if (axis is not { } a || shapes.Any(x => x is not null && x.Count != rank))
        {
            s.Set(0, s.Type(0));
            return;
        }

        Dimension[] y = new Dimension[rank!.Value];
        for (int d = 0; d < y.Length; d++)
        {
            Dimension[] extents = [.. shapes.Select(x => x is null ? Dimension.Unknown : x[d])];
            y[d] = d == a
                ? extents.Aggregate((Dimension)0, DimensionMath.Add)
                : extents.Where(e => e != Dimension.Unknown).OrderByDescending(e => e.IsKnown()).FirstOrDefault();
        }

        s.Set(0, s.Type(0), y);
        IReadOnlyList<Dimension>?[] elements = [.. Enumerable.Range(0, s.Node.Inputs.Count).Select(s.Elements)];
        if (rank == 1 && elements.All(e => e is not null))
        {
            s.SetElements(0, [.. elements.SelectMany(e => e!)]);
        }
    }

    private static void Split(ShapeSite s)
    {
        IReadOnlyList<Dimension>? x = s.Shape(0);
        int? axis = x is null ? null : ShapeSite.Axis(s.Node.GetInt("axis", 0), x.Count);
        int outputs = s.Node.Outputs.Count;
        int[]? sizes = s.Node.GetInts("split") is { } split ? [.. split.Select(e => (int)Math.Clamp(e, 0, int.MaxValue))] : s.Numbers(1);
        for (int i = 0; i < outputs; i++)
        {
            Dimension extent = Dimension.Unknown;
            if (sizes is not null)
            {
                extent = i < sizes.Length ? sizes[i] : Dimension.Unknown;
            }
            else if (!s.Has(1) && axis is { } a && x![a].Value is { } total)
            {
                long part = ((long)total + outputs - 1) / outputs;
                extent = DimensionMath.Of(Math.Clamp(total - part * i, 0, part));
            }

            s.Set(i, s.Type(0), axis is { } at ? x!.With(at, extent) : null);
        }
    }

    private static void Slice(ShapeSite s)
    {
        if (s.Shape(0) is not { } x)
        {
            s.Set(0, s.Type(0));
            return;
        }

        bool attributes = s.Opset < 10;
        int[]? starts = attributes ? Attribute("starts") : s.Numbers(1);
        int[]? ends = attributes ? Attribute("ends") : s.Numbers(2);
        int[]? axes = attributes ? Attribute("axes") : s.Numbers(3);
        int[]? steps = attributes ? null : s.Numbers(4);
        bool axesKnown = axes is not null || !(attributes ? s.Node.Attributes.ContainsKey("axes") : s.Has(3));
        int? count = starts?.Length ?? ends?.Length ?? axes?.Length;
        if (!axesKnown || count is not { } n)
        {
            s.Set(0, s.Type(0), DimensionMath.Unknowns(x.Count));
            return;
        }

        Dimension[] y = [.. x];
        for (int i = 0; i < n; i++)
        {
            int? axis = ShapeSite.Axis(axes is null ? i : i < axes.Length ? axes[i] : int.MaxValue, x.Count);
            if (axis is not { } a)
            {
                s.Set(0, s.Type(0));
                return;
            }

            int? step = steps is null ? s.Has(4) ? null : 1 : i < steps.Length ? steps[i] : null;
            y[a] = starts is not null && ends is not null && i < starts.Length && i < ends.Length && step is { } stride and not 0
                ? Sliced(x[a], starts[i], ends[i], stride)
                : Dimension.Unknown;
        }

        s.Set(0, s.Type(0), y);
        if (x.Count == 1 && s.Elements(0) is { } elements && starts is [var start] && ends is [var end] && (steps is null ? !s.Has(4) : steps is [1]))
        {
            int from = Clamp(start, elements.Count, 0, elements.Count);
            s.SetElements(0, [.. elements.Take(Clamp(end, elements.Count, 0, elements.Count)).Skip(from)]);
        }

        int[]? Attribute(string name) => s.Node.GetInts(name) is { } values ? [.. values.Select(v => (int)Math.Clamp(v, int.MinValue, int.MaxValue))] : null;
    }

    private static Dimension Sliced(Dimension extent, int start, int end, int step)
    {
        if (extent.Value is not { } size)
        {
            return start == 0 && end == int.MaxValue && step == 1 ? extent : Dimension.Unknown;
        }

        long from = step > 0 ? Clamp(start, size, 0, size) : Clamp(start, size, 0, size - 1);
        long to = step > 0 ? Clamp(end, size, 0, size) : Clamp(end, size, -1, size - 1);
        return DimensionMath.Of(Math.Max(0, step > 0 ? (to - from + step - 1) / step : (from - to - step - 1L) / -(long)step));
    }

    private static int Clamp(int index, int size, int low, int high) => (int)Math.Max(low, Math.Min(high, index < 0 ? (long)index + size : index));

    private static void Gather(ShapeSite s)
    {
        if (s.Shape(0) is not { } x || s.Shape(1) is not { } indices || ShapeSite.Axis(s.Node.GetInt("axis", 0), x.Count) is not { } axis)
        {
            s.Set(0, s.Type(0));
            return;
        }

        s.Set(0, s.Type(0), [.. x.Take(axis), .. indices, .. x.Skip(axis + 1)]);
        if (x.Count == 1 && s.Elements(0) is { } elements && s.Numbers(1) is { } picked
            && picked.All(p => ShapeSite.Axis(p, elements.Count) is not null))
        {
            s.SetElements(0, [.. picked.Select(p => elements[ShapeSite.Axis(p, elements.Count)!.Value])]);
        }
    }

    private static Dimension[]? GatherNd(ShapeSite s)
    {
        long batch = s.Node.GetInt("batch_dims", 0);
        return s.Shape(0) is { } x && s.Shape(1) is { Count: > 0 } indices && indices[^1].Value is { } depth && batch >= 0 && batch + depth <= x.Count
            ? [.. indices.SkipLast(1), .. x.Skip((int)batch + depth)]
            : null;
    }

    private static Dimension[]? Pad(ShapeSite s)
    {
        if (s.Shape(0) is not { } x)
        {
            return null;
        }

        int[]? pads = s.Opset < 11 ? s.Node.GetInts("pads") is { } p ? [.. p.Select(v => (int)v)] : null : s.Numbers(1);
        int[]? axes = s.Has(3) ? s.Numbers(3) : [.. Enumerable.Range(0, x.Count)];
        if (pads is null || axes is null || pads.Length != 2 * axes.Length || axes.Any(a => ShapeSite.Axis(a, x.Count) is null))
        {
            return DimensionMath.Unknowns(x.Count);
        }

        Dimension[] y = [.. x];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = ShapeSite.Axis(axes[i], x.Count)!.Value;
            y[axis] = DimensionMath.Add(x[axis], DimensionMath.Of((long)pads[i] + pads[i + axes.Length]));
        }

        return y;
    }

    private static IReadOnlyList<Dimension>? Expand(ShapeSite s) =>
        s.Elements(1) is { } target ? DimensionMath.Broadcast(s.Shape(0), target) : null;

    private static Dimension[]? Resize(ShapeSite s)
    {
        if (s.Shape(0) is not { } x)
        {
            return null;
        }

        bool onlyScales = s.Node.OpType == "Upsample" || s.Opset < 11;
        float[]? scales = s.Node.GetFloats("scales") is { } attribute ? [.. attribute] : s.Reals(onlyScales ? 1 : 2);
        IReadOnlyList<Dimension>? sizes = onlyScales ? null : s.Elements(3);
        bool plain = s.Node.GetString("keep_aspect_ratio_policy", "stretch") == "stretch"
            && s.Node.GetString("coordinate_transformation_mode", "half_pixel") != "tf_crop_and_resize";
        int[] axes = s.Node.GetInts("axes") is { } given ? [.. given.Select(a => ShapeSite.Axis(a, x.Count) ?? -1)] : [.. Enumerable.Range(0, x.Count)];
        Dimension[] y = [.. x];
        for (int i = 0; i < axes.Length; i++)
        {
            if (axes[i] < 0)
            {
                return null;
            }

            int axis = axes[i];
            if (sizes is not null && sizes.Count == axes.Length && plain)
            {
                y[axis] = sizes[i];
            }
            else if (scales is not null && scales.Length == axes.Length && plain)
            {
                float scale = scales[i];
                y[axis] = scale == 1 ? x[axis] : x[axis].Map(e => (long)Math.Clamp(Math.Floor((double)e * scale), -1, long.MaxValue));
            }
            else
            {
                y[axis] = Dimension.Unknown;
            }
        }

        return y;
    }

    private static void TopK(ShapeSite s)
    {
        int? count = s.Opset < 10 ? (int)s.Node.GetInt("k", 0) : s.Numbers(1) is [var k] ? k : null;
        Dimension[]? y = s.Shape(0) is { } x && ShapeSite.Axis(s.Node.GetInt("axis", -1), x.Count) is { } axis
            ? x.With(axis, new Dimension(count))
            : null;
        s.Set(0, s.Type(0), y);
        s.Set(1, DataType.Int64, y);
    }

    private static void OneHot(ShapeSite s)
    {
        Dimension[]? y = null;
        if (s.Shape(0) is { } x && ShapeSite.Axis(s.Node.GetInt("axis", -1), x.Count + 1) is { } axis)
        {
            Dimension depth = s.Numbers(1) is [var d] ? d : Dimension.Unknown;
            y = [.. x.Take(axis), depth, .. x.Skip(axis)];
        }

        s.Set(0, s.Type(2), y);
    }
}
