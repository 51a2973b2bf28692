using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary>Whether two numbers stand in a relation.</summary>
internal interface IRelation
{
    static abstract bool Holds<T>(T x, T y) where T : INumber<T>;
}

/// <summary><c>x = y</c></summary>
internal readonly struct EqualTo : IRelation
{
    public static bool Holds<T>(T x, T y) where T : INumber<T> => x == y;
}

/// <summary><c>x &lt; y</c></summary>
internal readonly struct LessThan : IRelation
{
    public static bool Holds<T>(T x, T y) where T : INumber<T> => x < y;
}

/// <summary><c>x ≤ y</c></summary>
internal readonly struct LessOrEqual : IRelation
{
    public static bool Holds<T>(T x, T y) where T : INumber<T> => x <= y;
}

/// <summary><c>x &gt; y</c></summary>
internal readonly struct GreaterThan : IRelation
{
    public static bool Holds<T>(T x, T y) where T : INumber<T> => x > y;
}

/// <summary><c>x ≥ y</c></summary>
internal readonly struct GreaterOrEqual : IRelation
{
    public static bool Holds<T>(T x, T y) where T : INumber<T> => x >= y;
}

/// <summary>Compares every pair of elements after broadcasting; bool in, as far as equality goes, bool out.</summary>
internal sealed class RelationOperator<TRelation> : SingleOutputOperator
    where TRelation : struct, IRelation
{
    private readonly Numbers _numbers = new();

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) =>
        inputs.Required(0).Type == DataType.String ? CompareTexts(inputs.Required(0), inputs.Required(1), context)
        : inputs.Required(0).Type == DataType.Bool ? Numbers.Compare<byte>(inputs.Required(0), inputs.Required(1), context)
        : ((IOperator)_numbers).Run(inputs, context)[0]!;

    // Equal texts get equal numbers; there is no other relation between texts.
    private static Tensor CompareTexts(Tensor x, Tensor y, OperatorContext context)
    {
        if (typeof(TRelation) != typeof(EqualTo))
        {
            throw new UnsupportedOperatorInputException("Texts can only be compared for equality.");
        }

        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        return Numbers.Compare<int>(Numbered(x), Numbered(y), context);

        Tensor Numbered(Tensor texts) => Tensor.From<int>(
            [.. texts.Strings.Select(s => numbers.TryGetValue(s, out int number) ? number : numbers[s] = numbers.Count)], texts.Shape);
    }

    private sealed class Numbers : NumberOperator
    {
        protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context) =>
            Compare<T>(inputs.Required(0), inputs.Required(1), context);

        public static Tensor Compare<T>(Tensor x, Tensor y, OperatorContext context)
            where T : unmanaged, INumber<T>
        {
            Broadcast walk = new(x.Shape, y.Shape);
            Tensor z = context.Allocate(DataType.Bool, walk.Shape);
            bool xRepeated = walk.IsRepeated(0);
            bool yRepeated = walk.IsRepeated(1);
            walk.For(context, (offsets, output, length) =>
            {
                ReadOnlySpan<T> xs = x.AsSpan<T>()[offsets[0]..];
                ReadOnlySpan<T> ys = y.AsSpan<T>()[offsets[1]..];
                Span<bool> zs = z.AsMutableSpan<bool>().Slice(output, length);
                for (int i = 0; i < zs.Length; i++)
                {
                    zs[i] = TRelation.Holds(xs[xRepeated ? 0 : i], ys[yRepeated ? 0 : i]);
                }
            });
            return z;
        }
    }
}
