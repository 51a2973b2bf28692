using EasyQuant.Quantization;
using EasyQuant.Runtime.Inference.Network;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>Reals to integers of a grid, as QuantizeLinear does it.</summary>
internal static class Rounding
{
    /// <summary><c>clamp(round(x / s) + z)</c>, ties to even.</summary>
    public static int Of(float real, QuantizedTensor grid) =>
        QuantizationParameters.Quantize(real, grid.Scale, grid.ZeroPoint, grid.Minimum, grid.Maximum);

    /// <summary>Whether sums of up to <paramref name="most"/>, multiplied, are below 2^31, so that every instruction set rounds them alike.</summary>
    public static bool Fits(double most, float multiplier) => most * Math.Abs((double)multiplier) < int.MaxValue;
}
