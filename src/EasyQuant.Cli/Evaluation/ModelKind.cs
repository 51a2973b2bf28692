using System.Globalization;
using EasyQuant.Graphs;

namespace EasyQuant.Cli.Evaluation;

/// <summary>How a model was quantized, as its metadata tell.</summary>
/// <param name="Method"><c>fp32</c>, or the method's short name.</param>
/// <param name="Bits">Bits of the weights; 32 for a float model.</param>
internal sealed record ModelKind(string Method, int Bits)
{
    /// <summary>A model that was not quantized.</summary>
    public static ModelKind Float { get; } = new("fp32", 32);

    /// <summary>What the metadata say; models quantized by other programs are <c>qdq</c> with 8 bits.</summary>
    public static ModelKind Of(Model model)
    {
        if (model.Metadata.TryGetValue(MetadataKeys.Method, out string? method) && model.Metadata.TryGetValue(MetadataKeys.WeightBits, out string? bits))
        {
            return new ModelKind(method.Split(' ')[0], int.TryParse(bits, CultureInfo.InvariantCulture, out int number) ? number : 8);
        }

        return model.Graph.Nodes.Any(n => n.Is("DequantizeLinear")) ? new ModelKind("qdq", 8) : Float;
    }
}
