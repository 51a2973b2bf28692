namespace EasyQuant.Quantization;

/// <summary>Where a quantization run stands.</summary>
/// <param name="Stage">What is being done, as in <c>weights, round 1</c>.</param>
/// <param name="Done">Steps of the stage that are done.</param>
/// <param name="Total">Steps of the stage.</param>
/// <param name="Item">What is being worked on: a layer's or a sample's name.</param>
public readonly record struct QuantizationProgress(string Stage, int Done, int Total, string Item);
