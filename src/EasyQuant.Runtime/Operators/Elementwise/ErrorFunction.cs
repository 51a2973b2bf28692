namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary>The error function, <c>erf(x) = 2/√π · ∫₀ˣ e^(−t²) dt</c>.</summary>
internal static class ErrorFunction
{
    // Beyond this 1 − erf(x) is less than half a unit in the last place of a double.
    private const double Saturated = 6;

    /// <summary>
    /// The value at <paramref name="x"/>, by <c>2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1))</c>: all terms have one sign, so nothing cancels.
    /// </summary>
    public static double Of(double x)
    {
        if (double.IsNaN(x) || Math.Abs(x) >= Saturated)
        {
            return double.IsNaN(x) ? x : Math.Sign(x);
        }

        double term = x;
        double sum = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
