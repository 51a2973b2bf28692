using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Sequences;

/// <summary>Cuts pieces out of a tensor along one axis.</summary>
internal static class AxisPart
{
    /// <summary>The indices <paramref name="start"/> to <paramref name="start"/> + <paramref name="length"/> of an axis.</summary>
    public static Tensor Of(Tensor x, int axis, int start, int length, OperatorContext context)
    {
        if (x.Type.BitWidth() < 8)
        {
            return NumberedElements.Move([x], x.Type, (numbers, inner) => [Of(numbers[0]!, axis, start, length, inner)], context)[0]!;
        }

        int[] extents = x.Shape.ToArray();
        int inner = x.Shape.Product(axis + 1, x.Shape.Rank) * (x.Type.BitWidth() / 8);
        int from = x.Shape[axis] * inner;
        extents[axis] = length;
        Tensor part = context.Allocate(x.Type, new Shape(extents));
        for (int outer = 0; outer < x.Shape.Product(0, axis); outer++)
        {
            x.Bytes.Span.Slice(outer * from + start * inner, length * inner).CopyTo(Elements.Bytes(part)[(outer * length * inner)..]);
        }

        return part;
    }

    /// <summary>One index of an axis; the axis is gone.</summary>
    public static Tensor At(Tensor x, int axis, int index, OperatorContext context) =>
        Of(x, axis, index, 1, context).Reshape(new Shape([.. x.Shape.Where((_, d) => d != axis)]));
}
