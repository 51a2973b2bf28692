using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators;

/// <summary>
/// Walks several tensors as if each were repeated to the common shape: dimensions align at the end, an extent of 1 is repeated.
/// Neighbouring dimensions that all tensors either have or repeat are one; what remains innermost is a row.
/// </summary>
internal sealed class Broadcast
{
    private readonly int[] _extents;
    private readonly int[][] _strides;

    /// <summary>The walk over tensors of these shapes.</summary>
    public Broadcast(params ReadOnlySpan<Shape> shapes)
    {
        Shape = CommonShape(shapes);
        List<int> extents = [];
        List<int>[] strides = new List<int>[shapes.Length];
        for (int s = 0; s < shapes.Length; s++)
        {
            strides[s] = [];
        }

        Collapse(shapes, extents, strides);
        _extents = [.. extents];
        _strides = Array.ConvertAll(strides, s => s.ToArray());
        RowLength = _extents.Length == 0 ? 1 : _extents[^1];
    }

    /// <summary>Computes one piece of a row.</summary>
    /// <param name="offsets">Where each tensor is read.</param>
    /// <param name="output">Where the common shape is written.</param>
    /// <param name="length">How many elements.</param>
    public delegate void Segment(ReadOnlySpan<int> offsets, int output, int length);

    /// <summary>The common shape.</summary>
    public Shape Shape { get; }

    /// <summary>How many elements lie in a row.</summary>
    public int RowLength { get; }

    /// <summary>Whether a tensor stays at one element along a row.</summary>
    public bool IsRepeated(int tensor) => _extents.Length > 0 && _strides[tensor][^1] == 0;

    /// <summary>Calls <paramref name="body"/> for every piece of every row, on several threads where that pays.</summary>
    public void For(OperatorContext context, Segment body)
    {
        int count = checked((int)Shape.ElementCount);
        context.ForRanges(count, 1, (start, end) => Walk(start, end, body));
    }

    private void Walk(int start, int end, Segment body)
    {
        Span<int> offsets = stackalloc int[_strides.Length];
        while (start < end)
        {
            int row = start / RowLength;
            int column = start - row * RowLength;
            int length = Math.Min(end - start, RowLength - column);
            for (int s = 0; s < offsets.Length; s++)
            {
                offsets[s] = RowOffset(row, _strides[s]) + (IsRepeated(s) ? 0 : column);
            }

            body(offsets, start, length);
            start += length;
        }
    }

    private int RowOffset(int row, int[] strides)
    {
        int offset = 0;
        for (int d = _extents.Length - 2; d >= 0 && row > 0; d--)
        {
            (row, int index) = Math.DivRem(row, _extents[d]);
            offset += index * strides[d];
        }

        return offset;
    }

    private void Collapse(ReadOnlySpan<Shape> shapes, List<int> extents, List<int>[] strides)
    {
        int rank = Shape.Rank;
        for (int d = 0; d < rank; d++)
        {
            if (Shape[d] == 1)
            {
                continue;
            }

            bool merges = extents.Count > 0;
            int[] stride = new int[shapes.Length];
            for (int s = 0; s < shapes.Length; s++)
            {
                int own = d - (rank - shapes[s].Rank);
                bool repeated = own < 0 || shapes[s][own] == 1;
                stride[s] = repeated ? 0 : shapes[s].Product(own + 1, shapes[s].Rank);
                merges = merges && strides[s][^1] == stride[s] * Shape[d];
            }

            if (merges)
            {
                extents[^1] *= Shape[d];
            }
            else
            {
                extents.Add(Shape[d]);
            }

            for (int s = 0; s < shapes.Length; s++)
            {
                if (merges)
                {
                    strides[s][^1] = stride[s];
                }
                else
                {
                    strides[s].Add(stride[s]);
                }
            }
        }
    }

    /// <summary>The shape to which all these are repeated.</summary>
    /// <exception cref="InvalidOperatorInputException">Two extents differ and neither is 1.</exception>
    public static Shape CommonShape(params ReadOnlySpan<Shape> shapes)
    {
        int rank = 0;
        foreach (Shape shape in shapes)
        {
            rank = Math.Max(rank, shape.Rank);
        }

        int[] common = new int[rank];
        Array.Fill(common, 1);
        foreach (Shape shape in shapes)
        {
            for (int d = 0; d < shape.Rank; d++)
            {
                ref int extent = ref common[rank - shape.Rank + d];
                if (extent == 1)
                {
                    extent = shape[d];
                }
                else if (shape[d] != 1 && shape[d] != extent)
                {
                    throw new InvalidOperatorInputException($"Shapes {string.Join(" and ", shapes.ToArray())} cannot be broadcast: {extent} and {shape[d]} differ and neither is 1.");
                }
            }
        }

        return new Shape(common);
    }
}
