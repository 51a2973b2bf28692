using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Shaping;

/// <summary>
/// Copies <c>y[i₀, i₁, …] = x[offset + Σ iₖ · strideₖ]</c>: transposing, slicing, reversing and repeating are choices of offset and strides.
/// </summary>
internal static class StridedCopy
{
    // A square of this side, source and destination, stays in the nearest cache while it is turned.
    private const int TileSide = 16;

    /// <summary>A new tensor of <paramref name="shape"/> with elements of <paramref name="source"/>.</summary>
    public static Tensor Run<TWord>(Tensor source, int offset, Shape shape, ReadOnlySpan<int> strides, OperatorContext context)
        where TWord : unmanaged
    {
        Tensor result = context.Allocate(source.Type, shape);
        (int[] extents, int[] steps) = Collapse(shape, strides);
        if (result.Count == 0)
        {
            return result;
        }

        int rank = extents.Length;
        bool turns = rank >= 2 && steps[^1] != 1 && steps[^1] != 0 && steps[^2] == 1;
        int inner = turns ? 2 : 1;
        int block = 1;
        for (int d = rank - inner; d < rank; d++)
        {
            block *= extents[d];
        }

        context.ForRanges(result.Count / block, block, (start, end) =>
        {
            ReadOnlySpan<TWord> from = Elements.Of<TWord>(source);
            Span<TWord> to = Elements.Of<TWord>(result);
            for (int i = start; i < end; i++)
            {
                int first = offset + Offset(i, extents.AsSpan(0, rank - inner), steps);
                Span<TWord> target = to.Slice(i * block, block);
                if (turns)
                {
                    Turn(from, first, target, extents[^2], extents[^1], steps[^1]);
                }
                else
                {
                    CopyRow(from, first, steps[^1], target);
                }
            }
        });
        return result;
    }

    private static void CopyRow<TWord>(ReadOnlySpan<TWord> from, int first, int step, Span<TWord> to)
        where TWord : unmanaged
    {
        if (step == 1)
        {
            from.Slice(first, to.Length).CopyTo(to);
        }
        else if (step == 0)
        {
            to.Fill(from[first]);
        }
        else
        {
            for (int i = 0; i < to.Length; i++)
            {
                to[i] = from[first + i * step];
            }
        }
    }

    // Rows of the result are columns of the source.
    private static void Turn<TWord>(ReadOnlySpan<TWord> from, int first, Span<TWord> to, int rows, int columns, int step)
        where TWord : unmanaged
    {
        for (int row0 = 0; row0 < rows; row0 += TileSide)
        {
            int rowEnd = Math.Min(rows, row0 + TileSide);
            for (int column0 = 0; column0 < columns; column0 += TileSide)
            {
                int columnEnd = Math.Min(columns, column0 + TileSide);
                for (int row = row0; row < rowEnd; row++)
                {
                    for (int column = column0; column < columnEnd; column++)
                    {
                        to[row * columns + column] = from[first + row + column * step];
                    }
                }
            }
        }
    }

    private static int Offset(int index, ReadOnlySpan<int> extents, int[] steps)
    {
        int offset = 0;
        for (int d = extents.Length - 1; d >= 0; d--)
        {
            (index, int i) = Math.DivRem(index, extents[d]);
            offset += i * steps[d];
        }

        return offset;
    }

    // Neighbours that lie behind one another in the source are one dimension.
    private static (int[] Extents, int[] Steps) Collapse(Shape shape, ReadOnlySpan<int> strides)
    {
        List<int> extents = [1];
        List<int> steps = [1];
        for (int d = 0; d < shape.Rank; d++)
        {
            if (shape[d] == 1)
            {
                continue;
            }

            if (extents[^1] == 1)
            {
                (extents[^1], steps[^1]) = (shape[d], strides[d]);
            }
            else if (steps[^1] == strides[d] * shape[d])
            {
                (extents[^1], steps[^1]) = (extents[^1] * shape[d], strides[d]);
            }
            else
            {
                extents.Add(shape[d]);
                steps.Add(strides[d]);
            }
        }

        return ([.. extents], [.. steps]);
    }

    /// <summary>The distance between neighbours along each dimension of a dense tensor.</summary>
    public static int[] DenseStrides(Shape shape)
    {
        int[] strides = new int[shape.Rank];
        for (int d = 0; d < strides.Length; d++)
        {
            strides[d] = shape.Product(d + 1, shape.Rank);
        }

        return strides;
    }
}
