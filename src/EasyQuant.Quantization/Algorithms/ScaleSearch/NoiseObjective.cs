namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>The objective <see cref="ScaleObjective.Sqnr"/>: noise over signal, a sum over segments.</summary>
internal static class NoiseObjective
{
    /// <summary><c>‖O − Ô‖² / P = (‖O‖² − 2 ⟨O, Ô⟩ + ‖Ô‖²) / P</c>; without any power 0 where Ô is zero too, and 1 where it is not.</summary>
    /// <param name="dot">⟨O, Ô⟩.</param>
    /// <param name="squares">‖Ô‖².</param>
    /// <param name="target">‖O‖².</param>
    /// <param name="power">P, the power of the targets of all segments.</param>
    public static double Loss(double dot, double squares, double target, double power) =>
        power == 0 ? (squares == 0 ? 0 : 1) : Math.Max(0, target - 2 * dot + squares) / power;

    /// <summary>The same with Ô at the positive magnitude that suits it best: <c>(‖O‖² − ⟨O, Ô⟩² / ‖Ô‖²) / P</c>.</summary>
    /// <remarks>Never falls when a segment is added, since no magnitude suits both parts better than each its own.</remarks>
    public static double FittedLoss(double dot, double squares, double target, double power)
    {
        double magnitude = squares == 0 ? 0 : Math.Max(0, dot / squares);
        return Loss(magnitude * dot, magnitude * dot, target, power);
    }
}
