using EasyQuant.Data;

namespace EasyQuant.Evaluation.Metrics.Detection;

/// <summary>An object that a model believes to see.</summary>
/// <param name="Box">Where.</param>
/// <param name="Class">What.</param>
/// <param name="Score">How sure it is; only the order of scores counts.</param>
public readonly record struct ScoredBox(Box Box, int Class, float Score);
