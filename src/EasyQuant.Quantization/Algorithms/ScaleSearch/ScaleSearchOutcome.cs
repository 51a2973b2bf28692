namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>What the search of one scale came to.</summary>
/// <param name="LossBefore">Mean of <c>1 − cos</c> at the present scale.</param>
/// <param name="LossAfter">Mean of <c>1 − cos</c> at the scale chosen; never above the former.</param>
/// <param name="Candidates">Candidates with distinct integers.</param>
internal readonly record struct ScaleSearchOutcome(double LossBefore, double LossAfter, int Candidates);
