using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes.Shapes;

/// <summary>Operators that compute each element from those at its place: the output has the shape the inputs broadcast to.</summary>
internal static class ElementwiseShapes
{
    public static void Register(Dictionary<string, Action<ShapeSite>> rules)
    {
        rules.AddAll(
            "Abs Neg Relu Sign Shrink Exp Log Sqrt Reciprocal Sin Cos Tan Asin Acos Atan Sinh Cosh Tanh Asinh Acosh Atanh Sigmoid "
            + "Floor Ceil Round Erf Softplus Softsign Mish HardSwish HardSigmoid LeakyRelu ThresholdedRelu Elu Selu Celu Swish Gelu "
            + "Clip Not BitwiseNot Softmax LogSoftmax Hardmax LRN InstanceNormalization GroupNormalization LayerNormalization "
            + "RMSNormalization BatchNormalization LpNormalization MeanVarianceNormalization CumSum Trilu ReverseSequence "
            + "ScatterElements Scatter ScatterND PRelu",
            s => s.Set(0, s.Type(0), s.Shape(0)));
        rules.AddAll("IsNaN IsInf", s => s.Set(0, DataType.Bool, s.Shape(0)));
        rules.AddAll("Pow Mod BitwiseAnd BitwiseOr BitwiseXor BitShift Sum Max Min Mean", s => s.Set(0, s.Type(0), BroadcastAll(s)));
        rules.AddAll("Equal Less LessOrEqual Greater GreaterOrEqual And Or Xor", s => s.Set(0, DataType.Bool, BroadcastAll(s)));
        rules["Identity"] = s => Copy(s, s.Type(0));
        rules["Cast"] = s => Copy(s, (DataType)s.Node.GetInt("to", 0));
        rules["CastLike"] = s => Copy(s, s.Type(1));
        rules["Add"] = s => Arithmetic(s, DimensionMath.Add);
        rules["Sub"] = s => Arithmetic(s, (a, b) => b.Value is { } y ? DimensionMath.Add(a, DimensionMath.Of(-(long)y)) : Dimension.Unknown);
        rules["Mul"] = s => Arithmetic(s, DimensionMath.Multiply);
        rules["Div"] = s => Arithmetic(s, Divide);
        rules["Where"] = s => s.Set(0, s.Type(1), BroadcastAll(s));
        rules["Dropout"] = s =>
        {
            s.Set(0, s.Type(0), s.Shape(0));
            s.Set(1, s.Opset >= 10 ? DataType.Bool : s.Type(0), s.Shape(0));
        };
    }

    private static IReadOnlyList<Dimension>? BroadcastAll(ShapeSite s) =>
        DimensionMath.Broadcast(Enumerable.Range(0, s.Node.Inputs.Count).Select(s.Shape));

    private static void Copy(ShapeSite s, DataType type)
    {
        s.Set(0, type, s.Shape(0));
        if (type is DataType.Int64 or DataType.Int32 && s.Elements(0) is { } elements)
        {
            s.SetElements(0, elements);
        }
    }

    private static Dimension Divide(Dimension a, Dimension b) => (a.Value, b.Value) switch
    {
        (_, 1) => a,
        ({ } x, { } y) when y != 0 => DimensionMath.Of((long)x / y),
        _ => Dimension.Unknown,
    };

    private static void Arithmetic(ShapeSite s, Func<Dimension, Dimension, Dimension> compute)
    {
        s.Set(0, s.Type(0), BroadcastAll(s));
        if (s.Elements(0) is { } a && s.Elements(1) is { } b && (a.Count == b.Count || a.Count == 1 || b.Count == 1) && s.Shape(0)?.Count <= 1 && s.Shape(1)?.Count <= 1)
        {
            int count = a.Count == 1 ? b.Count : a.Count;
            s.SetElements(0, [.. Enumerable.Range(0, count).Select(i => compute(a[a.Count == 1 ? 0 : i], b[b.Count == 1 ? 0 : i]))]);
        }
    }
}
