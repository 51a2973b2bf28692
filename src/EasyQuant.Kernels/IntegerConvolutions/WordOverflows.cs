using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>Counts, in debug builds, the sums of 16 bits that did not fit. A row that keeps its promise has none.</summary>
internal static class WordOverflows
{
    private static long s_count;

    /// <summary>Whether this build counts.</summary>
    public static bool AreCounted =>
#if DEBUG
        true;
#else
        false;
#endif

    /// <summary>How many lanes saturated or wrapped since the process began.</summary>
    public static long Count => Interlocked.Read(ref s_count);

    /// <summary>Counts the lanes where <c>a[2i] · w[2i] + a[2i + 1] · w[2i + 1]</c> does not fit.</summary>
    [Conditional("DEBUG")]
    public static void CountProducts(Vector512<byte> a, Vector512<sbyte> w)
    {
        CountProducts(a.GetLower(), w.GetLower());
        CountProducts(a.GetUpper(), w.GetUpper());
    }

    /// <inheritdoc cref="CountProducts(Vector512{byte}, Vector512{sbyte})"/>
    [Conditional("DEBUG")]
    public static void CountProducts(Vector256<byte> a, Vector256<sbyte> w)
    {
        for (int i = 0; i < Vector256<short>.Count; i++)
        {
            CountWord(a[2 * i] * w[2 * i] + a[2 * i + 1] * w[2 * i + 1]);
        }
    }

    /// <summary>Counts the lanes whose sum does not fit.</summary>
    [Conditional("DEBUG")]
    public static void CountSum(Vector512<short> a, Vector512<short> b)
    {
        CountSum(a.GetLower(), b.GetLower());
        CountSum(a.GetUpper(), b.GetUpper());
    }

    /// <inheritdoc cref="CountSum(Vector512{short}, Vector512{short})"/>
    [Conditional("DEBUG")]
    public static void CountSum(Vector256<short> a, Vector256<short> b)
    {
        for (int i = 0; i < Vector256<short>.Count; i++)
        {
            CountWord(a[i] + b[i]);
        }
    }

    private static void CountWord(int value)
    {
        if (value is < short.MinValue or > short.MaxValue)
        {
            Interlocked.Increment(ref s_count);
        }
    }
}
