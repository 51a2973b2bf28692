namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>
/// The paper's objective (equation 4): the mean over samples of <c>cos(O, Ô) = ⟨O, Ô⟩ / (‖O‖ ‖Ô‖)</c>, kept as its
/// distance from 1 so that small differences keep their digits.
/// </summary>
/// <remarks>The cosine does not change when Ô is multiplied by a positive number, so steps common to all of Ô are left out.</remarks>
internal static class CosineObjective
{
    /// <summary><c>1 − cos</c>, at least 0. Two zero vectors are alike (0); a zero vector beside another is not (1).</summary>
    /// <param name="dot">⟨O, Ô⟩.</param>
    /// <param name="squares">‖Ô‖².</param>
    /// <param name="targetNorm">‖O‖.</param>
    public static double Loss(double dot, double squares, double targetNorm)
    {
        if (squares == 0 || targetNorm == 0)
        {
            return squares == 0 && targetNorm == 0 ? 0 : 1;
        }

        return Math.Max(0, 1 - dot / (Math.Sqrt(squares) * targetNorm));
    }
}
