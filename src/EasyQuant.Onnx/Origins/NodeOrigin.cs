using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;

namespace EasyQuant.Onnx.Origins;

/// <summary>A node as it was read, without inputs, outputs and attributes.</summary>
/// <param name="Shell">The message without those lists.</param>
/// <param name="Attributes">Each attribute as it was read.</param>
internal sealed record NodeOrigin(NodeProto Shell, IReadOnlyDictionary<string, AttributeOrigin> Attributes);

/// <summary>An attribute as it was read; it still holds while the node has this very <paramref name="Value"/>.</summary>
/// <param name="Value">What was made of it.</param>
/// <param name="Shell">The message, without a tensor's data and without nested graphs.</param>
/// <param name="Tensor">The tensor's form, where it is one.</param>
internal sealed record AttributeOrigin(AttributeValue Value, AttributeProto Shell, TensorOrigin? Tensor);
