using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes.Shapes;

/// <summary>Matrix products, stacks of them broadcast.</summary>
internal static class ProductShapes
{
    public static void Register(Dictionary<string, Action<ShapeSite>> rules)
    {
        rules["MatMul"] = s => s.Set(0, s.Type(0), Product(s.Shape(0), s.Shape(1)));
        rules["MatMulInteger"] = s => s.Set(0, DataType.Int32, Product(s.Shape(0), s.Shape(1)));
        rules["QLinearMatMul"] = s => s.Set(0, s.Type(7), Product(s.Shape(0), s.Shape(3)));
        rules["Gemm"] = s => s.Set(0, s.Type(0), s.Shape(0) is { Count: 2 } a && s.Shape(1) is { Count: 2 } b
            ? [a[s.Node.GetInt("transA", 0) != 0 ? 1 : 0], b[s.Node.GetInt("transB", 0) != 0 ? 0 : 1]]
            : null);
    }

    private static IReadOnlyList<Dimension>? Product(IReadOnlyList<Dimension>? a, IReadOnlyList<Dimension>? b)
    {
        if (a is null || b is null || a.Count == 0 || b.Count == 0)
        {
            return null;
        }

        IReadOnlyList<Dimension> stacks = DimensionMath.Broadcast([.. a.SkipLast(2)], [.. b.SkipLast(2)])!;
        IEnumerable<Dimension> rows = a.Count > 1 ? [a[^2]] : [];
        IEnumerable<Dimension> columns = b.Count > 1 ? [b[^1]] : [];
        return [.. stacks, .. rows, .. columns];
    }
}
