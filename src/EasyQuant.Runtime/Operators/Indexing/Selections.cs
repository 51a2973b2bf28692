using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Indexing;

/// <summary>NonZero: the coordinates of all elements that are not zero, one a column.</summary>
internal sealed class NonZero : NumberOrBoolOperator
{
    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        ReadOnlySpan<T> elements = Elements.Of<T>(x);
        List<int> found = [];
        for (int i = 0; i < elements.Length; i++)
        {
            if (!T.IsZero(elements[i]))
            {
                found.Add(i);
            }
        }

        Tensor y = context.Allocate(DataType.Int64, [x.Shape.Rank, found.Count]);
        for (int j = 0; j < found.Count; j++)
        {
            int rest = found[j];
            for (int d = x.Shape.Rank - 1; d >= 0; d--)
            {
                (rest, int index) = Math.DivRem(rest, x.Shape[d]);
                y.AsMutableSpan<long>()[d * found.Count + j] = index;
            }
        }

        return y;
    }
}

/// <summary>Compress: the slices along an axis (or the elements, flattened) whose condition is true.</summary>
internal sealed class Compress(OperatorSite site) : SingleOutputOperator
{
    private readonly long? _axis = site.Node.Attributes.ContainsKey("axis") ? site.Node.GetInt("axis", 0) : null;

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        if (inputs.Required(0).Type.BitWidth() < 8)
        {
            return NumberedElements.Move(inputs, inputs.Required(0).Type, (numbers, context) => [Run(numbers, context)], context)[0]!;
        }

        Tensor x = _axis is null ? inputs.Required(0).Reshape([inputs.Required(0).Count]) : inputs.Required(0);
        bool[] condition = inputs.Required(1).AsSpan<bool>().ToArray();
        int axis = OperatorInputs.Axis(_axis ?? 0, x.Shape.Rank);
        int[] chosen = [.. Enumerable.Range(0, Math.Min(condition.Length, x.Shape[axis])).Where(i => condition[i])];
        int slice = x.Shape.Product(axis + 1, x.Shape.Rank) * Indices.BytesPerElement(x);
        Tensor y = context.Allocate(x.Type, new Shape([.. x.Shape.Select((e, d) => d == axis ? chosen.Length : e)]));
        for (int i = 0; i < x.Shape.Product(0, axis) * chosen.Length; i++)
        {
            int from = i / chosen.Length * x.Shape[axis] + chosen[i % chosen.Length];
            x.Bytes.Span.Slice(from * slice, slice).CopyTo(Elements.Bytes(y)[(i * slice)..]);
        }

        return y;
    }
}

/// <summary>Trilu: the upper or lower triangle of each matrix, zero elsewhere.</summary>
internal sealed class Triangle(OperatorSite site) : WordOperator
{
    private readonly bool _upper = site.Node.GetInt("upper", 1) != 0;

    protected override Tensor?[] Run<TWord>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        long shift = inputs.Optional(1)?.ToInt64() ?? 0;
        Tensor y = context.Allocate(x.Type, x.Shape);
        ReadOnlySpan<TWord> from = Elements.Of<TWord>(x);
        Span<TWord> to = Elements.Of<TWord>(y);
        for (int i = 0; i < to.Length; i++)
        {
            long row = i / x.Shape[^1] % x.Shape[^2];
            long beyond = i % x.Shape[^1] - row - shift;
            to[i] = (_upper ? beyond >= 0 : beyond <= 0) ? from[i] : TWord.Zero;
        }

        return [y];
    }
}

/// <summary>EyeLike: ones on a diagonal.</summary>
internal sealed class Eye(OperatorSite site) : SingleOutputOperator
{
    private readonly long _shift = site.Node.GetInt("k", 0);
    private readonly DataType _type = (DataType)site.Node.GetInt("dtype", 0);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor like = inputs.Required(0);
        if (like.Shape.Rank != 2)
        {
            throw new InvalidOperatorInputException($"{like} is no matrix.");
        }

        byte[] ones = new byte[like.Count];
        for (int row = 0; row < like.Shape[0]; row++)
        {
            if (row + _shift >= 0 && row + _shift < like.Shape[1])
            {
                ones[row * like.Shape[1] + row + _shift] = 1;
            }
        }

        return Conversion.ElementCast.To(Tensor.From(ones, like.Shape), _type == DataType.Undefined ? like.Type : _type, context);
    }
}

/// <summary>CumSum, CumProd: sums or products up to each index along an axis, with it or (exclusive) without, forwards or backwards.</summary>
internal sealed class CumulativeFold(OperatorSite site, bool multiplies) : NumberOperator
{
    private readonly bool _exclusive = site.Node.GetInt("exclusive", 0) != 0;
    private readonly bool _reverse = site.Node.GetInt("reverse", 0) != 0;

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int axis = OperatorInputs.Axis(inputs.Required(1).ToInt64(), x.Shape.Rank);
        int length = x.Shape[axis];
        int inner = x.Shape.Product(axis + 1, x.Shape.Rank);
        Tensor y = context.Allocate(x.Type, x.Shape);
        ReadOnlySpan<T> from = x.AsSpan<T>();
        Span<T> to = y.AsMutableSpan<T>();
        for (int lane = 0; lane < x.Shape.Product(0, axis) * inner; lane++)
        {
            T folded = multiplies ? T.One : T.Zero;
            for (int step = 0; step < length; step++)
            {
                int i = (lane / inner * length + (_reverse ? length - 1 - step : step)) * inner + lane % inner;
                T next = multiplies ? folded * from[i] : folded + from[i];
                to[i] = _exclusive ? folded : next;
                folded = next;
            }
        }

        return y;
    }
}

/// <summary>ReverseSequence: the first steps of each sequence in reverse order, the rest as they are.</summary>
internal sealed class ReverseSequence(OperatorSite site) : SingleOutputOperator
{
    private readonly int _timeAxis = (int)site.Node.GetInt("time_axis", 0);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        if (inputs.Required(0).Type.BitWidth() < 8)
        {
            return NumberedElements.Move(inputs, inputs.Required(0).Type, (numbers, context) => [Run(numbers, context)], context)[0]!;
        }

        Tensor x = inputs.Required(0);
        long[] lengths = inputs.Required(1).ToInt64s();
        (int first, int second) = x.Shape.Rank >= 2 ? (x.Shape[0], x.Shape[1]) : throw new InvalidOperatorInputException($"{x} has no time and batch dimensions.");
        int slice = x.Shape.Product(2, x.Shape.Rank) * Indices.BytesPerElement(x);
        Tensor y = context.Allocate(x.Type, x.Shape);
        for (int i = 0; i < first * second; i++)
        {
            (int time, int batch) = _timeAxis == 0 ? (i / second, i % second) : (i % second, i / second);
            int source = time < lengths[batch] ? (int)lengths[batch] - 1 - time : time;
            int from = _timeAxis == 0 ? source * second + batch : batch * second + source;
            x.Bytes.Span.Slice(from * slice, slice).CopyTo(Elements.Bytes(y)[(i * slice)..]);
        }

        return y;
    }
}
