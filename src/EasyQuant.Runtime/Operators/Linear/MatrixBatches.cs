using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>The pairs of matrices that a batched product multiplies.</summary>
internal sealed class MatrixBatches
{
    private readonly int[] _left;
    private readonly int[] _right;

    /// <summary>The pairs for operands of these shapes.</summary>
    /// <exception cref="InvalidOperatorInputException">They cannot be multiplied.</exception>
    public MatrixBatches(Shape left, Shape right)
    {
        if (left.Rank == 0 || right.Rank == 0)
        {
            throw new InvalidOperatorInputException("A scalar cannot be multiplied as a matrix.");
        }

        Shape a = left.Rank == 1 ? [1, left[0]] : left;
        Shape b = right.Rank == 1 ? [right[0], 1] : right;
        (Rows, Depth, Columns) = (a[^2], a[^1], b[^1]);
        if (b[^2] != Depth)
        {
            throw new InvalidOperatorInputException($"Matrices {left} and {right} cannot be multiplied: {Depth} columns meet {b[^2]} rows.");
        }

        Shape leftBatch = new(a.Dimensions[..^2]);
        Shape rightBatch = new(b.Dimensions[..^2]);
        Shape batch = Broadcast.CommonShape(leftBatch, rightBatch);
        Count = checked((int)batch.ElementCount);
        _left = Indices(leftBatch, batch);
        _right = Indices(rightBatch, batch);
        IEnumerable<int> rows = left.Rank == 1 ? [] : [Rows];
        IEnumerable<int> columns = right.Rank == 1 ? [] : [Columns];
        OutputShape = new Shape([.. batch, .. rows, .. columns]);
    }

    public int Rows { get; }

    public int Depth { get; }

    public int Columns { get; }

    /// <summary>The number of pairs.</summary>
    public int Count { get; }

    public Shape OutputShape { get; }

    /// <summary>Which left matrix belongs to a pair.</summary>
    public int Left(int pair) => _left[pair];

    /// <summary>Which right matrix belongs to a pair.</summary>
    public int Right(int pair) => _right[pair];

    private int[] Indices(Shape own, Shape batch)
    {
        int[] indices = new int[Count];
        for (int pair = 0; pair < Count; pair++)
        {
            int rest = pair;
            int scale = 1;
            for (int d = 1; d <= own.Rank; d++)
            {
                (rest, int index) = Math.DivRem(rest, batch[^d]);
                indices[pair] += own[^d] == 1 ? 0 : index * scale;
                scale *= own[^d];
            }
        }

        return indices;
    }
}
