using EasyQuant.Evaluation.Metrics;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>What is measured of a model.</summary>
/// <param name="Key">Its name in documents.</param>
/// <param name="Title">Its name in tables.</param>
/// <param name="Unit"><c>%</c>, <c>dB</c>, or nothing.</param>
/// <param name="Digits">Digits after the point that mean something.</param>
public sealed record ScoreKind(string Key, string Title, string Unit, int Digits);

/// <summary>A figure of a model; the intervals hold 95 % of the replicates of a <see cref="Bootstrap"/>.</summary>
/// <param name="Kind">What is measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Interval">Where it might well be on other samples.</param>
/// <param name="Difference">The figure minus the reference's; 0 for the reference.</param>
/// <param name="DifferenceInterval">Where that might well be, both models on the same other samples.</param>
public sealed record TaskScore(ScoreKind Kind, double Value, Interval Interval, double Difference, Interval DifferenceInterval);

/// <summary>How well one model does its task.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Scores">Its figures, the most telling first.</param>
/// <param name="Error">The outputs against the reference's: mean cosine, powers summed over all samples; nothing for what is no model.</param>
public sealed record TaskResult(string Model, IReadOnlyList<TaskScore> Scores, TensorError? Error);

/// <summary>How well models do a task.</summary>
/// <param name="Samples">How many pictures they were run on.</param>
/// <param name="Units">How many of what the figures and intervals are over: pictures, or pairs.</param>
/// <param name="UnitName"><c>pictures</c> or <c>pairs</c>.</param>
/// <param name="Models">The models in the order given; the first is the reference.</param>
/// <param name="Baseline">What a simple method without any model achieves, where there is one.</param>
public sealed record TaskReport(int Samples, int Units, string UnitName, IReadOnlyList<TaskResult> Models, TaskResult? Baseline = null);
