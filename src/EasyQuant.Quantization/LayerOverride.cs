using System.Text.RegularExpressions;

namespace EasyQuant.Quantization;

/// <summary>What is wished for the layers whose name matches; what is absent is as for the others.</summary>
/// <param name="Pattern">Matches names of nodes.</param>
/// <param name="WeightBits">Bits of weights, 2 to 8.</param>
/// <param name="ActivationBits">Bits of the layer's input, 2 to 8; where several layers read a tensor it has the most that one of them wishes for.</param>
/// <param name="Float">Whether the layer stays in float.</param>
public sealed record LayerOverride(Regex Pattern, int? WeightBits = null, int? ActivationBits = null, bool Float = false)
{
    /// <summary>The pattern that matches this name and no other.</summary>
    public static Regex Exactly(string name) => new($"^{Regex.Escape(name)}$");
}
