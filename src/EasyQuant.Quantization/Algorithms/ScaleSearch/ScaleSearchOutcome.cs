namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>What the search of one scale came to.</summary>
/// <param name="LossBefore">The loss at the present scale: the mean of <c>1 − cos</c>, or noise over signal.</param>
/// <param name="LossAfter">The loss at the scale chosen; never above the former.</param>
/// <param name="Candidates">Candidates with distinct integers.</param>
internal readonly record struct ScaleSearchOutcome(double LossBefore, double LossAfter, int Candidates);
