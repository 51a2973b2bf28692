namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>Rows of signed bytes, padded with zeros to whole groups and tiles, with the sum of each row.</summary>
public sealed class SignedRows
{
    private readonly sbyte[] _bytes;
    private readonly int[] _sums;

    /// <summary>A copy of rows of equal length.</summary>
    /// <exception cref="ArgumentException">A row has another length.</exception>
    public SignedRows(IReadOnlyList<sbyte[]> rows, int rowLength)
    {
        Count = rows.Count;
        RowLength = rowLength;
        Stride = 4 * BytePanels.Groups(rowLength);
        int padded = (Count + IntegerProductKernel.TileRows - 1) / IntegerProductKernel.TileRows * IntegerProductKernel.TileRows;
        _bytes = new sbyte[padded * Stride];
        _sums = new int[padded];
        for (int r = 0; r < rows.Count; r++)
        {
            if (rows[r].Length != rowLength)
            {
                throw new ArgumentException($"Row {r} has {rows[r].Length} elements, expected {rowLength}.", nameof(rows));
            }

            rows[r].CopyTo(_bytes, r * Stride);
            int sum = 0;
            foreach (sbyte element in rows[r])
            {
                sum += element;
            }

            _sums[r] = sum;
        }
    }

    /// <summary>How many rows there are.</summary>
    public int Count { get; }

    /// <summary>Elements of a row.</summary>
    public int RowLength { get; }

    internal int Stride { get; }

    internal ReadOnlySpan<sbyte> Bytes => _bytes;

    internal ReadOnlySpan<int> Sums => _sums;
}
