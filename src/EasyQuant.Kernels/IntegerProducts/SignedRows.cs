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

/// <summary>Rows of signed bytes, padded with zeros to whole groups and strips.</summary>
public sealed class SignedRows
{
    private sbyte[] _bytes = [];
    private int[] _sums = [];

    /// <summary>No rows yet; of this length.</summary>
    public SignedRows(int rowLength)
    {
        RowLength = rowLength;
        Stride = (rowLength + 3) / 4 * 4;
    }

    /// <summary>A copy of rows of equal length.</summary>
    /// <exception cref="ArgumentException">A row has another length.</exception>
    public SignedRows(IReadOnlyList<sbyte[]> rows, int rowLength)
        : this(rowLength) => Replace([.. rows.Select(r => new SignedRow(r))]);

    /// <summary>How many rows there are.</summary>
    public int Count { get; private set; }

    /// <summary>Elements of a row.</summary>
    public int RowLength { get; }

    internal int Stride { get; }

    internal ReadOnlySpan<sbyte> Bytes => _bytes;

    internal ReadOnlySpan<int> Sums => _sums;

    /// <summary>Copies of these rows instead of the present ones, in the same memory where they fit.</summary>
    /// <exception cref="ArgumentException">A row has another length.</exception>
    public void Replace(ReadOnlySpan<SignedRow> rows)
    {
        int padded = (rows.Length + ProductStrip.MostRows - 1) / ProductStrip.MostRows * ProductStrip.MostRows;
        if (_sums.Length < padded)
        {
            _bytes = new sbyte[padded * Stride];
            _sums = new int[padded];
        }

        Count = rows.Length;
        for (int r = 0; r < Count; r++)
        {
            sbyte[] elements = rows[r].Elements;
            if (elements.Length != RowLength)
            {
                throw new ArgumentException($"Row {r} has {elements.Length} elements, expected {RowLength}.", nameof(rows));
            }

            elements.CopyTo(_bytes, r * Stride);
            _sums[r] = rows[r].Sum;
        }
    }
}
