namespace EasyQuant.Quantization;

/// <summary>Which grid activations get that may be negative. Those that never are get an unsigned one.</summary>
public enum ActivationGrid
{
    /// <summary>Asymmetric where a tensor's range is lopsided: where one side reaches less than half as far as the other.</summary>
    Auto,
    /// <summary>As many integers below zero as above: half of them are wasted on a tensor that is hardly ever negative.</summary>
    Symmetric,
    /// <summary>All integers between the least and the largest element, with a zero point of the tensor's own.</summary>
    Asymmetric,
}
