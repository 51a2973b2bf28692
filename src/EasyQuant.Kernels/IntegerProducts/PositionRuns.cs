namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>
/// Which positions of a matrix count: runs of consecutive positions. Between runs lies what no output belongs to, as the
/// padding between the rows of a map.
/// </summary>
public sealed class PositionRuns
{
    // Sums of all rows of a strip over so many positions stay in the first-level cache until they are used.
    internal const int StripPositions = 256;

    private readonly Run[] _runs;
    private readonly Strip[] _strips;

    /// <summary>Runs in rising order; what counts is numbered through without gaps.</summary>
    /// <exception cref="ArgumentException">There is none, one is empty, or they overlap.</exception>
    public PositionRuns(IEnumerable<(int Start, int Length)> runs)
    {
        List<Run> pieces = [];
        foreach ((int start, int length) in runs)
        {
            if (length <= 0 || start < End)
            {
                throw new ArgumentException($"A run of {length} positions begins at {start}; expected at least one position, from {End} on.", nameof(runs));
            }

            for (int done = 0; done < length; done += StripPositions)
            {
                int piece = Math.Min(StripPositions, length - done);
                pieces.Add(new Run(start + done, piece, Count));
                Count += piece;
            }

            End = start + length;
        }

        if (pieces.Count == 0)
        {
            throw new ArgumentException("There is no run of positions.", nameof(runs));
        }

        _runs = [.. pieces];
        _strips = [.. CutStrips()];
    }

    /// <summary>All positions from 0 on.</summary>
    public static PositionRuns Contiguous(int count) => new([(0, count)]);

    /// <summary>How many positions count.</summary>
    public int Count { get; }

    /// <summary>The position behind the last that counts.</summary>
    public int End { get; }

    internal ReadOnlySpan<Run> Runs => _runs;

    internal ReadOnlySpan<Strip> Strips => _strips;

    private IEnumerable<Strip> CutStrips()
    {
        for (int first = 0, end; first < _runs.Length; first = end)
        {
            end = first + 1;
            while (end < _runs.Length && _runs[end].Start + _runs[end].Length - _runs[first].Start <= StripPositions)
            {
                end++;
            }

            yield return new Strip(first, end, _runs[first].Start, _runs[end - 1].Start + _runs[end - 1].Length - _runs[first].Start);
        }
    }

    /// <summary>Consecutive positions, no more than a strip holds.</summary>
    /// <param name="Start">The first.</param>
    /// <param name="Length">How many.</param>
    /// <param name="Index">The number of the first among all that count.</param>
    internal readonly record struct Run(int Start, int Length, int Index);

    /// <summary>Runs that a kernel computes together, with what lies between them.</summary>
    /// <param name="FirstRun">The first run.</param>
    /// <param name="EndRun">The run behind the last.</param>
    /// <param name="Start">The first position.</param>
    /// <param name="Length">Positions from the first to the last.</param>
    internal readonly record struct Strip(int FirstRun, int EndRun, int Start, int Length);
}
