using System.Numerics;

namespace EasyQuant.Runtime.Operators.Normalization;

/// <summary>Rows brought to mean 0 and variance 1: <c>(x − mean) / √(variance + epsilon)</c>; the sums are in double precision.</summary>
internal static class MeanVariance
{
    /// <summary>Normalizes one row and tells its mean and the inverse of its deviation.</summary>
    public static (double Mean, double InverseDeviation) Normalize<T>(ReadOnlySpan<T> x, Span<T> y, double epsilon)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
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
}
