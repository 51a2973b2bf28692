using EasyQuant.Onnx.Format;
using EasyQuant.Tensors;

namespace EasyQuant.Onnx.Origins;

/// <summary>How a tensor stood in the file, so that the next writer chooses the same form.</summary>
/// <param name="Shell">The message without numbers: name, documentation, metadata. Text stays, for its bytes need not be UTF-8.</param>
/// <param name="Storage">Where the numbers were.</param>
/// <param name="Tensor">What was made of it.</param>
internal sealed record TensorOrigin(TensorProto Shell, TensorStorage Storage, Tensor Tensor);

/// <summary>Where a tensor's numbers stand.</summary>
internal enum TensorStorage
{
    /// <summary>As bytes, in <c>raw_data</c>.</summary>
    Raw,

    /// <summary>In the list of the element type, as <c>float_data</c>.</summary>
    Typed,

    /// <summary>In a file beside the model.</summary>
    External,
}
