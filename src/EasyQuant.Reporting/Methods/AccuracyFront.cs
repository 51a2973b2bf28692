namespace EasyQuant.Reporting.Methods;

/// <summary>Choices of bits for a network: what each loses and what each takes.</summary>
/// <param name="Accuracy">What accuracy is, as in <c>top-1, %</c> or <c>SQNR, dB</c>; more is better.</param>
/// <param name="Cost">What is to be kept small, as in <c>latency, ms</c> or <c>size, KB</c>.</param>
/// <param name="Points">The choices, in any order.</param>
/// <param name="FloatAccuracy">What the float network reaches, where it is not among the choices.</param>
public sealed record AccuracyFront(string Accuracy, string Cost, IReadOnlyList<FrontPoint> Points, double? FloatAccuracy = null);

/// <summary>One choice.</summary>
/// <param name="Name">What the choice is called, as in <c>fp32</c> or <c>mixed 8/4</c>.</param>
/// <param name="Cost">What it takes.</param>
/// <param name="Accuracy">What it reaches.</param>
/// <param name="Chosen">Whether it is the one that was written.</param>
public sealed record FrontPoint(string Name, double Cost, double Accuracy, bool Chosen = false);
