namespace EasyQuant.Cli;

/// <summary>Under which keys a quantized model's metadata say how it was made.</summary>
internal static class MetadataKeys
{
    /// <summary>The method's short name, followed by its settings.</summary>
    public const string Method = "easyquant.method";

    /// <summary>Bits of the weights.</summary>
    public const string WeightBits = "easyquant.weight_bits";

    /// <summary>Bits of the activations.</summary>
    public const string ActivationBits = "easyquant.activation_bits";

    /// <summary>How pictures become inputs: a preset's name or a JSON document.</summary>
    public const string Preprocess = "easyquant.preprocess";
}
