using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Shaping;

/// <summary>Constant: a tensor that the node itself carries.</summary>
internal sealed class Constant(Tensor value) : SingleOutputOperator
{
    public static IOperator Create(OperatorSite site) => site.Node.Attributes.FirstOrDefault() switch
    {
        (_, TensorAttribute a) => new Constant(a.Value),
        (_, FloatAttribute a) => new Constant(Tensor.FromScalar(a.Value)),
        (_, IntAttribute a) => new Constant(Tensor.FromScalar(a.Value)),
        (_, FloatsAttribute a) => new Constant(Tensor.From<float>([.. a.Values], [a.Values.Count])),
        (_, IntsAttribute a) => new Constant(Tensor.From<long>([.. a.Values], [a.Values.Count])),
        (_, StringAttribute a) => new Constant(Tensor.FromStrings([a.Value], Shape.Scalar)),
        (_, StringsAttribute a) => new Constant(Tensor.FromStrings([.. a.Values], [a.Values.Count])),
        (string name, _) => throw site.Unsupported($"attribute '{name}' is of a kind that is not calculated with"),
    };

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) => value;
}

/// <summary>ConstantOfShape: one number, repeated.</summary>
internal sealed class ConstantOfShape(OperatorSite site) : SingleOutputOperator
{
    private readonly Tensor _value = site.Node.GetTensor("value")?.Reshape(Shape.Scalar) ?? Tensor.FromScalar(0f);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) =>
        Expand.To(_value, Shape.FromInt64(inputs.Required(0).ToInt64s()), context);
}

/// <summary>Shape: the extents from one dimension up to another.</summary>
internal sealed class ShapeOf(OperatorSite site) : SingleOutputOperator
{
    private readonly long _start = site.Node.GetInt("start", 0);
    private readonly long _end = site.Node.GetInt("end", long.MaxValue);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        long[] extents = inputs.Required(0).Shape.ToInt64Array();
        int start = Clamp(_start, extents.Length);
        long[] wanted = extents[start..Math.Max(start, Clamp(_end, extents.Length))];
        return Tensor.From(wanted, [wanted.Length]);
    }

    private static int Clamp(long index, int rank) => (int)Math.Clamp(index < 0 ? index + rank : index, 0, rank);
}

/// <summary>Size: the number of elements.</summary>
internal sealed class SizeOf : SingleOutputOperator
{
    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) =>
        Tensor.FromScalar((long)inputs.Required(0).Count);
}

/// <summary>Range: <c>start, start + delta, …</c> up to, not including, the limit.</summary>
internal sealed class Range : NumberOperator
{
    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        T start = inputs.Required(0).AsSpan<T>()[0];
        double limit = double.CreateChecked(inputs.Required(1).AsSpan<T>()[0]);
        T delta = inputs.Required(2).AsSpan<T>()[0];
        if (T.IsZero(delta))
        {
            throw new InvalidOperatorInputException("The step is 0.");
        }

        double count = Math.Max(0, Math.Ceiling((limit - double.CreateChecked(start)) / double.CreateChecked(delta)));
        Tensor y = context.Allocate(inputs.Required(0).Type, [checked((int)count)]);
        Span<T> values = y.AsMutableSpan<T>();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = start + T.CreateTruncating(i) * delta;
        }

        return y;
    }
}
