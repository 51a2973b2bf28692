using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Runtime.Operators.Normalization;

/// <summary>Rows brought to mean 0 and variance 1: <c>(x − mean) / √(variance + epsilon)</c>; the sums are in double precision.</summary>
internal static class MeanVariance
{
    /// <summary>Normalizes one row and tells its mean and the inverse of its deviation.</summary>
    public static (double Mean, double InverseDeviation) Normalize<T>(ReadOnlySpan<T> x, Span<T> y, double epsilon)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            return Normalize(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y), epsilon);
        }

        double mean = 0;
        foreach (T value in x)
        {
            mean += double.CreateChecked(value);
        }

        mean /= x.Length;
        double variance = 0;
        foreach (T value in x)
        {
            double distance = double.CreateChecked(value) - mean;
            variance += distance * distance;
        }

        double inverse = 1 / Math.Sqrt(variance / x.Length + epsilon);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = T.CreateChecked((double.CreateChecked(x[i]) - mean) * inverse);
        }

        return (mean, inverse);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Mean, double InverseDeviation) Normalize(ReadOnlySpan<float> x, Span<float> y, double epsilon)
    {
        double mean = Sum(x, 0, isSquared: false) / x.Length;
        double inverse = 1 / Math.Sqrt(Sum(x, mean, isSquared: true) / x.Length + epsilon);
        Vector512<double> centre = Vector512.Create(mean), factor = Vector512.Create(inverse);
        int i = 0;
        for (; i <= x.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector512<double> normalized = (Wide(x, i) - centre) * factor;
            Vector256.Narrow(normalized.GetLower(), normalized.GetUpper()).CopyTo(y[i..]);
        }

        for (; i < x.Length; i++)
        {
            y[i] = (float)((x[i] - mean) * inverse);
        }

        return (mean, inverse);
    }

    // Eight partial sums, whatever the instruction set, added pairwise, and then the rest one by one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum(ReadOnlySpan<float> x, double centre, bool isSquared)
    {
        Vector512<double> sums = default, centres = Vector512.Create(centre);
        int i = 0;
        for (; i <= x.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector512<double> distance = Wide(x, i) - centres;
            sums += isSquared ? distance * distance : distance;
        }

        Vector256<double> four = sums.GetLower() + sums.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        double sum = two[0] + two[1];
        for (; i < x.Length; i++)
        {
            double distance = x[i] - centre;
            sum += isSquared ? distance * distance : distance;
        }

        return sum;
    }

    private static Vector512<double> Wide(ReadOnlySpan<float> x, int first)
    {
        Vector256<float> eight = Vector256.Create(x.Slice(first, Vector256<float>.Count));
        return Vector512.Create(Vector256.WidenLower(eight), Vector256.WidenUpper(eight));
    }
}
