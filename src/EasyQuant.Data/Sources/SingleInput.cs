using EasyQuant.Tensors;

namespace EasyQuant.Data.Sources;

/// <summary>The inputs of samples that have one.</summary>
internal static class SingleInput
{
    /// <summary>The tensor by the input's name.</summary>
    public static Dictionary<string, Tensor> Of(string name, Tensor tensor) => new(1, StringComparer.Ordinal) { [name] = tensor };
}
