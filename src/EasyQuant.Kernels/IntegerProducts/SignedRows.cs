namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>A row of signed bytes with its sum, which zero points are multiplied by.</summary>
public sealed class SignedRow
{
    /// <summary>A row over these elements, which must not change any more.</summary>
    public SignedRow(sbyte[] elements)
    {
        Elements = elements;
        foreach (sbyte element in elements)
        {
            Sum += element;
        }
    }

    /// <summary>The elements.</summary>
    public sbyte[] Elements { get; }

    /// <summary><c>Σ_k W[k]</c>.</summary>
    public int Sum { get; }
}

/// <summary>Rows of signed bytes, padded with zeros to whole groups and tiles.</summary>
public sealed class SignedRows
{
    private readonly sbyte[] _bytes;
    private readonly int[] _sums;

    /// <summary>A copy of rows of equal length.</summary>
    /// <exception cref="ArgumentException">A row has another length.</exception>
    public SignedRows(IReadOnlyList<SignedRow> rows, int rowLength)
    {
        Count = rows.Count;
        RowLength = rowLength;
        Stride = 4 * BytePanels.Groups(rowLength);
        int padded = (Count + IntegerProductKernel.TileRows - 1) / IntegerProductKernel.TileRows * IntegerProductKernel.TileRows;
        _bytes = new sbyte[padded * Stride];
        _sums = new int[padded];
        for (int r = 0; r < Count; r++)
        {
            if (rows[r].Elements.Length != rowLength)
            {
                throw new ArgumentException($"Row {r} has {rows[r].Elements.Length} elements, expected {rowLength}.", nameof(rows));
            }

            rows[r].Elements.CopyTo(_bytes, r * Stride);
            _sums[r] = rows[r].Sum;
        }
    }

    /// <summary>A copy of rows of equal length.</summary>
    /// <exception cref="ArgumentException">A row has another length.</exception>
    public SignedRows(IReadOnlyList<sbyte[]> rows, int rowLength)
        : this([.. rows.Select(r => new SignedRow(r))], rowLength)
    {
    }

    /// <summary>How many rows there are.</summary>
    public int Count { get; }

    /// <summary>Elements of a row.</summary>
    public int RowLength { get; }

    internal int Stride { get; }

    internal ReadOnlySpan<sbyte> Bytes => _bytes;

    internal ReadOnlySpan<int> Sums => _sums;
}
