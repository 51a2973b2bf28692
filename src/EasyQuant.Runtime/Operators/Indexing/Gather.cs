using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Indexing;

/// <summary>Gather: slices along an axis, in the order that the indices say.</summary>
internal sealed class Gather(OperatorSite site) : SingleOutputOperator
{
    private readonly long _axis = site.Node.GetInt("axis", 0);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) =>
        Run(inputs.Required(0), inputs.Required(1), OperatorInputs.Axis(_axis, inputs.Required(0).Shape.Rank), context);

    /// <summary>The slices of <paramref name="x"/> along <paramref name="axis"/> that <paramref name="where"/> names.</summary>
    public static Tensor Run(Tensor x, Tensor where, int axis, OperatorContext context)
    {
        if (x.Type.BitWidth() < 8)
        {
            return NumberedElements.Move([x], x.Type, (numbers, inner) => [Run(numbers[0]!, where, axis, inner)], context)[0]!;
        }

        int[] indices = Indices.Along(where, x.Shape[axis]);
        Shape shape = new([.. x.Shape.Take(axis), .. where.Shape, .. x.Shape.Skip(axis + 1)]);
        int bytes = Indices.BytesPerElement(x);
        int slice = x.Shape.Product(axis + 1, x.Shape.Rank) * bytes;
        int extent = x.Shape[axis];
        Tensor y = context.Allocate(x.Type, shape);
        context.ForRanges(x.Shape.Product(0, axis) * indices.Length, slice, (start, end) =>
        {
            ReadOnlySpan<byte> from = x.Bytes.Span;
            Span<byte> to = Elements.Bytes(y);
            for (int i = start; i < end; i++)
            {
                (int outer, int index) = Math.DivRem(i, indices.Length);
                from.Slice((outer * extent + indices[index]) * slice, slice).CopyTo(to.Slice(i * slice, slice));
            }
        });
        return y;
    }
}
