using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes.Shapes;

/// <summary>Operators that take dimensions together: each becomes 1 or goes.</summary>
internal static class ReductionShapes
{
    public static void Register(Dictionary<string, Action<ShapeSite>> rules)
    {
        rules.AddAll(
            "ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSum ReduceLogSumExp",
            s => s.Set(0, s.Type(0), Reduce(s)));
        rules.AddAll("ArgMax ArgMin", s => s.Set(0, DataType.Int64, s.Shape(0) is { } x && ShapeSite.Axis(s.Node.GetInt("axis", 0), x.Count) is { } axis
            ? Without(x, [axis], s.Node.GetInt("keepdims", 1) != 0)
            : null));
    }

    private static Dimension[]? Reduce(ShapeSite s)
    {
        if (s.Shape(0) is not { } x)
        {
            return null;
        }

        bool keep = s.Node.GetInt("keepdims", 1) != 0;
        int[]? axes = s.Axes(1);
        if (axes is null && s.Has(1))
        {
            return keep ? DimensionMath.Unknowns(x.Count) : null;
        }

        if (axes is null or [])
        {
            return s.Node.GetInt("noop_with_empty_axes", 0) != 0 ? [.. x] : Without(x, [.. Enumerable.Range(0, x.Count)], keep);
        }

        int?[] reduced = [.. axes.Select(a => ShapeSite.Axis(a, x.Count))];
        return reduced.Contains(null) ? null : Without(x, [.. reduced.Select(a => a!.Value)], keep);
    }

    private static Dimension[] Without(IReadOnlyList<Dimension> x, HashSet<int> axes, bool keep) => keep
        ? [.. x.Select((d, i) => axes.Contains(i) ? 1 : d)]
        : [.. x.Where((_, i) => !axes.Contains(i))];
}
