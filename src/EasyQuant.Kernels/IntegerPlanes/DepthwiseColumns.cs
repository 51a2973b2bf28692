namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>What of the quads of a position is used again by the next one.</summary>
internal enum DepthwiseSharing
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The last of three columns is the first of the next position: steps of two.</summary>
    OneColumn,

    /// <summary>The last two of three columns are the first two of the next position: steps of one.</summary>
    TwoColumns,
}

/// <summary>Kernels of three columns of up to four taps, each column a quad: neighbouring positions may see the same ones.</summary>
internal static unsafe class DepthwiseColumns
{
    /// <summary>Columns of a kernel.</summary>
    public const int Count = 3;

    /// <summary>Taps of a column, with those that fill it up.</summary>
    public const int Taps = 4;

    /// <summary>What the row's offsets and stride let positions share.</summary>
    public static DepthwiseSharing SharingOf(DepthwiseRow* row)
    {
        if (row->OffsetCount != Count * Taps)
        {
            return DepthwiseSharing.None;
        }

        int* first = row->Offsets, second = first + Taps, third = second + Taps;
        bool equallyFar = true, nextIsSecond = true, nextIsThird = true;
        for (int tap = 0; tap < Taps; tap++)
        {
            equallyFar &= second[tap] - first[tap] == second[0] - first[0];
            nextIsSecond &= second[tap] - first[tap] == row->InputStride && third[tap] - second[tap] == row->InputStride;
            nextIsThird &= third[tap] - first[tap] == row->InputStride;
        }

        return nextIsSecond ? DepthwiseSharing.TwoColumns : equallyFar && nextIsThird ? DepthwiseSharing.OneColumn : DepthwiseSharing.None;
    }
}
