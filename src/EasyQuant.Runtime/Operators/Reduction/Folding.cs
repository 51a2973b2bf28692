using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Reduction;

/// <summary>Folds a tensor along a set of dimensions.</summary>
internal static class Folding
{
    /// <summary>The result, with extent 1 in the folded dimensions.</summary>
    public static Tensor Run<T, TFold>(Tensor x, int[] axes, OperatorContext context)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
        where TFold : struct, IFold
    {
        int[] extents = x.Shape.ToArray();
        Tensor result = x;
        for (int last = axes.Length - 1; last >= 0;)
        {
            // Neighbouring folded dimensions are one.
            int first = last;
            while (first > 0 && axes[first - 1] == axes[first] - 1)
            {
                first--;
            }

            Shape shape = result.Shape;
            int outer = shape.Product(0, axes[first]);
            int length = shape.Product(axes[first], axes[last] + 1);
            int inner = shape.Product(axes[last] + 1, shape.Rank);
            for (int i = first; i <= last; i++)
            {
                extents[axes[i]] = 1;
            }

            result = Run<T, TFold>(result, outer, length, inner, new Shape(extents), context);
            last = first - 1;
        }

        return result;
    }

    private static Tensor Run<T, TFold>(Tensor x, int outer, int length, int inner, Shape shape, OperatorContext context)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
        where TFold : struct, IFold
    {
        Tensor y = context.Allocate(x.Type, shape);
        context.ForRanges(outer, (long)length * inner, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                ReadOnlySpan<T> from = x.AsSpan<T>().Slice(i * length * inner, length * inner);
                Span<T> to = y.AsMutableSpan<T>().Slice(i * inner, inner);
                if (inner == 1 && length > 0)
                {
                    to[0] = TFold.Along(from);
                    continue;
                }

                to.Fill(TFold.Start<T>());
                for (int j = 0; j < length; j++)
                {
                    TFold.Across(from.Slice(j * inner, inner), to);
                }
            }
        });
        return y;
    }
}
