using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Conversion;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Indexing;

/// <summary>OneHot: a new dimension that holds the "on" value at the index and the "off" value elsewhere; an index outside has none on.</summary>
internal sealed class OneHot(OperatorSite site) : WordOperator
{
    private readonly long _axis = site.Node.GetInt("axis", -1);

    protected override int MovedInput => 2;

    protected override Tensor?[] Run<TWord>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor where = inputs.Required(0);
        int depth = checked((int)ElementCast.To(inputs.Required(1), DataType.Int64, context).ToInt64());
        Tensor values = inputs.Required(2);
        long[] indices = ElementCast.To(where, DataType.Int64, context).ToInt64s();
        int axis = OperatorInputs.Axis(_axis, where.Shape.Rank + 1);
        int inner = where.Shape.Product(axis, where.Shape.Rank);
        List<int> extents = [.. where.Shape];
        extents.Insert(axis, depth);
        Tensor y = context.Allocate(values.Type, new Shape([.. extents]));
        Span<TWord> to = Elements.Of<TWord>(y);
        to.Fill(Elements.Of<TWord>(values)[0]);
        for (int i = 0; i < indices.Length; i++)
        {
            long index = indices[i] < 0 ? indices[i] + depth : indices[i];
            if (index >= 0 && index < depth)
            {
                to[(i / inner * depth + (int)index) * inner + i % inner] = Elements.Of<TWord>(values)[1];
            }
        }

        return [y];
    }
}
