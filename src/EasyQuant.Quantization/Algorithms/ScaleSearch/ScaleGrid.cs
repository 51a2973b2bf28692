namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>The candidates of a scale. The first is always the present one, so that a search cannot end below it.</summary>
/// <remarks>
/// The paper's S multiplies (<c>Q(x) = clip(round(x · S))</c>) and its grids are linear in S; steps here are
/// <c>s = 1 / S</c>.
/// </remarks>
internal static class ScaleGrid
{
    /// <summary>Linear steps of the paper's grid, both ends included (section 4.1).</summary>
    public const int PaperSteps = 100;

    /// <summary>Steps of the longest grid of weights.</summary>
    public const int MostSteps = PaperSteps + 1;

    // Of a refinement: S within a fifth of the present one. What a first sweep finds seldom moves further when the other scales have changed.
    private const double RefinementReach = 0.2;
    private const int RefinementSteps = 40;

    /// <summary>Weight steps around <paramref name="start"/>, the step from the largest magnitude, or to refine the present one.</summary>
    public static float[] ForWeights(EasyQuantPreset preset, float start, float present, bool isRefinement = false) => preset switch
    {
        _ when isRefinement => Refined(present),
        EasyQuantPreset.Paper => Distinct(present, Linear(0.5 / start, 2.0 / start, PaperSteps)),
        // scale_fine_tuning.py: linspace(1, S, 100)[1:-1] and S itself.
        _ => Distinct(present, [.. Linear(1, 1.0 / start, 100)[1..^1], 1.0 / start]),
    };

    /// <summary>Activation steps around <paramref name="start"/>, the calibrator's step, or to refine the present one.</summary>
    public static float[] ForActivations(EasyQuantPreset preset, float start, float present, bool isRefinement = false) => preset switch
    {
        _ when isRefinement => Refined(present),
        EasyQuantPreset.Paper => Distinct(present, Linear(0.5 / start, 2.0 / start, PaperSteps)),
        // scale_fine_tuning.py: linspace(0.8 S, S, 200)[1:-1] and S itself.
        _ => Distinct(present, [.. Linear(0.8 / start, 1.0 / start, 200)[1..^1], 1.0 / start]),
    };

    private static float[] Refined(float present) => Distinct(present, Linear((1 - RefinementReach) / present, (1 + RefinementReach) / present, RefinementSteps));

    private static double[] Linear(double first, double last, int count) =>
        [.. Enumerable.Range(0, count).Select(i => first + (last - first) * i / (count - 1))];

    private static float[] Distinct(float present, double[] multipliers) =>
        [present, .. multipliers.Select(m => (float)(1 / m)).Where(s => s != present && float.IsNormal(s)).Distinct()];
}
