using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes.Shapes;

/// <summary>Operators whose output does not come from the elements of an input: constants, shapes, ranges; and branches.</summary>
internal static class SourceShapes
{
    public static void Register(Dictionary<string, Action<ShapeSite>> rules)
    {
        rules["Constant"] = Constant;
        rules["Shape"] = Shape;
        rules["Size"] = s =>
        {
            s.Set(0, DataType.Int64, []);
            if (s.Shape(0) is { } x)
            {
                s.SetElements(0, [DimensionMath.Product(x)]);
            }
        };
        rules["ConstantOfShape"] = ConstantOfShape;
        rules["Range"] = Range;
        rules["NonZero"] = s => s.Set(0, DataType.Int64, [s.Shape(0) is { Count: > 0 } x ? x.Count : Dimension.Unknown, Dimension.Unknown]);
        rules["EyeLike"] = s => s.Set(0, s.Node.GetInt("dtype", 0) is > 0 and var type ? (DataType)type : s.Type(0), s.Shape(0));
        rules["If"] = If;
    }

    private static void Constant(ShapeSite s)
    {
        Tensor? tensor = FoldConstants.ConstantOf(s.Node);
        if (tensor is null)
        {
            return;
        }

        s.Set(0, tensor.Type, SymbolicShape.Of(tensor.Shape).Dimensions);
        if (KnownIntegers.Read(tensor) is { } elements)
        {
            s.SetElements(0, elements);
        }
    }

    private static void Shape(ShapeSite s)
    {
        if (s.Shape(0) is not { } x)
        {
            s.Set(0, DataType.Int64, [Dimension.Unknown]);
            return;
        }

        Range selected = FoldConstants.SelectedDimensions(s.Node, x.Count);
        Dimension[] extents = [.. x.Take(selected)];
        s.Set(0, DataType.Int64, [extents.Length]);
        s.SetElements(0, extents);
    }

    private static void ConstantOfShape(ShapeSite s)
    {
        Tensor? value = s.Node.GetTensor("value");
        DataType type = value?.Type ?? DataType.Float32;
        IReadOnlyList<Dimension>? shape = s.Elements(0)
            ?? (s.Shape(0) is [{ Value: { } rank and <= 64 }] ? DimensionMath.Unknowns(rank) : null);
        s.Set(0, type, shape);
        if (shape is [{ Value: { } count and <= 64 and >= 0 }] && value is not null && KnownIntegers.Read(value) is [var element])
        {
            s.SetElements(0, [.. Enumerable.Repeat(element, count)]);
        }
    }

    private static void Range(ShapeSite s)
    {
        Dimension count = Dimension.Unknown;
        if (s.Elements(0) is [{ Value: { } start }] && s.Elements(1) is [var limit] && s.Elements(2) is [{ Value: { } delta and not 0 }])
        {
            count = start == 0 && delta == 1 && !limit.IsKnown()
                ? limit
                : limit.Map(l => (long)Math.Max(0, Math.Ceiling((l - start) / (double)delta)));
        }

        s.Set(0, s.Type(0), [count]);
    }

    /// <summary>What both branches agree on; the graphs inside have been visited before.</summary>
    private static void If(ShapeSite s)
    {
        Graph[] branches = [.. s.Node.Subgraphs];
        for (int i = 0; i < s.Node.Outputs.Count; i++)
        {
            TensorValueType?[] types = [.. branches.Select(b => i < b.Outputs.Count ? b.Outputs[i].TensorType : null)];
            if (types.Length != 2 || types[0] is not { } a || types[1] is not { } b || a.ElementType != b.ElementType)
            {
                continue;
            }

            s.Set(i, a.ElementType, a.Shape is { } x && b.Shape is { } y && x.Rank == y.Rank
                ? [.. x.Dimensions.Zip(y.Dimensions, (d, e) => DimensionMath.IsSame(d, e) ? d : Dimension.Unknown)]
                : null);
        }
    }
}
