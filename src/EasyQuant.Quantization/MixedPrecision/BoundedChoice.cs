namespace EasyQuant.Quantization.MixedPrecision;

/// <summary>Which of two networks a search keeps.</summary>
internal static class BoundedChoice
{
    /// <summary>Of two that hold a bound the one of the smaller price, of two that do not the one that measured less, and any that holds it before one that does not.</summary>
    /// <param name="one">What is bounded, as it was measured, and what is to be small.</param>
    /// <param name="other">The same of the other.</param>
    /// <param name="bound">The most that may be measured.</param>
    public static bool IsBetter((double Measured, double Price) one, (double Measured, double Price) other, double bound) =>
        (one.Measured <= bound, other.Measured <= bound) switch
        {
            (true, true) => one.Price < other.Price,
            (false, false) => one.Measured < other.Measured,
            (bool holds, _) => holds,
        };
}
