using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>The order in which a block's groups of weights are multiplied, cut into windows whose products can be added in 16 bits.</summary>
/// <param name="Order">Numbers of groups; <see cref="Filler"/> stands for one of zeros.</param>
/// <param name="Period">Groups of a window, the last of which may be shorter; zero where a single pair of products may not fit.</param>
internal sealed record WordWindows(int[] Order, int Period)
{
    /// <summary>A group whose weights are zero: what a window holds where no other group fits.</summary>
    public const int Filler = -1;

    private const int LongestPeriod = 16;

    // Of groups that could come next, so many are looked at.
    private const int MostCandidates = 32;

    // More are added one by one: the time to arrange groups grows by their square, and a file may ask for any number.
    private const int MostArranged = 1 << 16;

    /// <summary>All groups as they come, nothing known about sums.</summary>
    public static WordWindows None(int groups) => new([.. Enumerable.Range(0, groups)], 0);

    /// <summary>Looks for the order whose kernel needs the fewest multiplications: n + 1 for each window of n groups.</summary>
    /// <remarks>
    /// Any order gives the same 32-bit sum. A window takes the heaviest group that is left, then again and again the one that
    /// leaves its fullest lane least full. So heavy weights of a channel meet light ones, and windows are longer than those of
    /// neighbours would be.
    /// </remarks>
    /// <param name="weights"><c>[panel][group][channel][4]</c>.</param>
    /// <param name="panels">Panels that share the order.</param>
    /// <param name="minimum">The least input.</param>
    /// <param name="maximum">The largest input.</param>
    public static WordWindows Find(ReadOnlySpan<sbyte> weights, int panels, int minimum, int maximum)
    {
        int groups = weights.Length / (panels * PanelBytes);
        GroupReach reach = new(weights, panels, minimum, maximum);
        if (!reach.EveryGroupFits)
        {
            return None(groups);
        }

        WordWindows best = new(None(groups).Order, 1);
        if (groups > MostArranged)
        {
            return best;
        }

        // About so much of the bound is reached; from there the cost is followed up, or else down, while it falls.
        const double reached = 0.6;
        int longest = Math.Min(Math.Min(LongestPeriod, groups), reach.PeriodAtMost), start = Math.Clamp((int)(reached * reach.PeriodAtMost), Math.Min(2, longest), longest);
        for (int period = start; period <= longest && Improve(period); period++)
        {
        }

        for (int period = start - 1; best.Period <= start && period > 1 && Improve(period); period--)
        {
        }

        return best;

        bool Improve(int period)
        {
            double costToBeat = CostOf(best.Period, best.Order.Length);
            if (period > 1 && Arrange(reach, groups, period, costToBeat) is { } order)
            {
                best = new WordWindows(order, period);
                return true;
            }

            return false;
        }
    }

    private const int PanelBytes = 4 * ConvolutionRow.PanelChannels;

    private static double CostOf(int period, int groups) => groups + Math.Ceiling((double)groups / period);

    // Null where fillers make it no better than what is known.
    private static int[]? Arrange(GroupReach reach, int groups, int period, double costToBeat)
    {
        List<int> left = [.. Enumerable.Range(0, groups).OrderByDescending(reach.FullestLane)];
        List<int> order = new(groups);
        Span<short> window = new short[reach.Lanes];
        while (left.Count > 0)
        {
            order.Add(left[0]);
            reach.Of(left[0]).CopyTo(window);
            left.RemoveAt(0);
            int length = 1;
            for (; length < period && left.Count > 0 && NextOf(reach, window, left) is >= 0 and int next; length++)
            {
                order.Add(left[next]);
                GroupReach.Add(window, reach.Of(left[next]));
                left.RemoveAt(next);
            }

            if (left.Count > 0)
            {
                order.AddRange(Enumerable.Repeat(Filler, period - length));
            }

            if (CostOf(period, order.Count + left.Count) >= costToBeat)
            {
                return null;
            }
        }

        return [.. order];
    }

    // Which of those left makes the window's fullest lane least full; -1 where none fits.
    private static int NextOf(GroupReach reach, ReadOnlySpan<short> window, List<int> left)
    {
        int step = Math.Max(1, left.Count / MostCandidates), best = -1;
        short least = GroupReach.Full;
        for (int i = left.Count - 1; i >= 0; i -= step)
        {
            short fullest = GroupReach.FullestLaneOfSum(window, reach.Of(left[i]), least);
            if (fullest < least)
            {
                (least, best) = (fullest, i);
            }
        }

        return best;
    }
}

/// <summary>How far each group's products can move the 16-bit lanes of a block, up and down, for any input of a range.</summary>
/// <remarks>Two lanes of reach for each of sums: its largest rise and its largest fall. Both are at least zero, so that parts of a window fit where the window does.</remarks>
internal sealed class GroupReach
{
    /// <summary>What does not fit any more; sums stay below.</summary>
    public const short Full = short.MaxValue;

    private const int PanelBytes = 4 * ConvolutionRow.PanelChannels;

    private readonly short[] _reach;
    private readonly short[] _fullest;

    public GroupReach(ReadOnlySpan<sbyte> weights, int panels, int minimum, int maximum)
    {
        int groups = weights.Length / (panels * PanelBytes);
        Lanes = panels * PanelBytes;
        _reach = new short[groups * Lanes];
        _fullest = new short[groups];
        for (int panel = 0; panel < panels; panel++)
        {
            for (int group = 0; group < groups; group++)
            {
                ReadOnlySpan<sbyte> bytes = weights.Slice((panel * groups + group) * PanelBytes, PanelBytes);
                Span<short> lanes = _reach.AsSpan(group * Lanes + panel * PanelBytes, PanelBytes);
                for (int pair = 0; pair < PanelBytes; pair += 2)
                {
                    int first = bytes[pair], second = bytes[pair + 1];
                    int positive = Math.Max(first, 0) + Math.Max(second, 0), negative = positive - first - second;
                    lanes[pair] = (short)Math.Clamp(positive * maximum - negative * minimum, 0, Full);
                    lanes[pair + 1] = (short)Math.Clamp(negative * maximum - positive * minimum, 0, Full);
                }
            }
        }

        for (int group = 0; group < groups; group++)
        {
            _fullest[group] = Max(Of(group));
        }

        EveryGroupFits = _fullest.All(f => f < Full);
        PeriodAtMost = MostPerWindow(groups);
    }

    /// <summary>Values of a group.</summary>
    public int Lanes { get; }

    /// <summary>Whether each group by itself fits.</summary>
    public bool EveryGroupFits { get; }

    /// <summary>A period that no order can exceed without fillers: some lane is too full on average.</summary>
    public int PeriodAtMost { get; }

    public ReadOnlySpan<short> Of(int group) => _reach.AsSpan(group * Lanes, Lanes);

    public short FullestLane(int group) => _fullest[group];

    public static void Add(Span<short> window, ReadOnlySpan<short> reach)
    {
        for (int i = 0; i < window.Length; i++)
        {
            window[i] += reach[i];
        }
    }

    /// <summary>The fullest lane of a sum, or the limit where that is not below it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static short FullestLaneOfSum(ReadOnlySpan<short> window, ReadOnlySpan<short> reach, short limit)
    {
        ref short a = ref MemoryMarshal.GetReference(window), b = ref MemoryMarshal.GetReference(reach);
        Vector512<short> fullest = Vector512<short>.Zero;
        for (int i = 0; i < window.Length; i += Vector512<short>.Count)
        {
            fullest = Vector512.Max(fullest, Vector512.AddSaturate(Vector512.LoadUnsafe(ref a, (nuint)i), Vector512.LoadUnsafe(ref b, (nuint)i)));
        }

        if (!Vector512.LessThanAll(fullest, Vector512.Create(limit)))
        {
            return limit;
        }

        Vector256<short> half = Vector256.Max(fullest.GetLower(), fullest.GetUpper());
        Vector128<short> quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        short most = 0;
        for (int i = 0; i < Vector128<short>.Count; i++)
        {
            most = Math.Max(most, quarter[i]);
        }

        return most;
    }

    private static short Max(ReadOnlySpan<short> values)
    {
        short most = 0;
        foreach (short value in values)
        {
            most = Math.Max(most, value);
        }

        return most;
    }

    private int MostPerWindow(int groups)
    {
        long[] sums = new long[Lanes];
        for (int i = 0; i < _reach.Length; i++)
        {
            sums[i % Lanes] += _reach[i];
        }

        long fullest = sums.Max();
        return fullest == 0 ? int.MaxValue : (int)Math.Min(int.MaxValue, (long)(Full - 1) * groups / fullest);
    }
}
