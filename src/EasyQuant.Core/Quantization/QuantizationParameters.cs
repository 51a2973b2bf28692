using EasyQuant.Tensors;

namespace EasyQuant.Quantization;

/// <summary>How a tensor's reals become integers: <c>q = clamp(round(x / s) + z, qmin, qmax)</c>, ties to even.</summary>
/// <remarks>
/// This is the one definition in the project; everything faster is tested against it. The division is carried out in
/// single precision, as ONNX's QuantizeLinear does.
/// </remarks>
public sealed record QuantizationParameters
{
    /// <summary>The element type of the stored integers: <see cref="DataType.UInt8"/> or <see cref="DataType.Int8"/>.</summary>
    public required DataType Storage { get; init; }

    /// <summary>The steps <c>s</c>, all above zero: one, or one for each index along <see cref="Axis"/>.</summary>
    public required IReadOnlyList<float> Scales { get; init; }

    /// <summary>The integer <c>z</c> that stands for zero.</summary>
    public int ZeroPoint { get; init; }

    /// <summary>The smallest stored integer <c>qmin</c>.</summary>
    public required int Minimum { get; init; }

    /// <summary>The largest stored integer <c>qmax</c>.</summary>
    public required int Maximum { get; init; }

    /// <summary>The axis along which the step changes; nothing where one step serves the whole tensor.</summary>
    public int? Axis { get; init; }

    /// <summary>Weights: symmetric, stored as signed integers, a step for each output channel.</summary>
    public static QuantizationParameters ForWeights(IntegerRange range, IReadOnlyList<float> scales, int axis) => new()
    {
        Storage = DataType.Int8,
        Scales = scales,
        Minimum = range.Minimum,
        Maximum = range.Maximum,
        Axis = axis,
    };

    /// <summary>Activations: one step for the whole tensor.</summary>
    /// <remarks>
    /// At 8 bits the storage's lowest integer, one below the symmetric range, is let in: forbidding it would cost a
    /// Clip in every runtime, and as an activation it overflows nothing.
    /// </remarks>
    /// <param name="range">The numbers of the grid, before the storage's offset.</param>
    /// <param name="scale">The step.</param>
    /// <param name="storage">
    /// <see cref="DataType.UInt8"/> puts a symmetric grid's zero at 128, <see cref="DataType.Int8"/> at 0; other grids begin at the lowest
    /// integer of the storage. Both are the same reals.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">Another storage type.</exception>
    public static QuantizationParameters ForActivations(IntegerRange range, float scale, DataType storage)
    {
        int lowest = storage switch
        {
            DataType.UInt8 => 0,
            DataType.Int8 => -128,
            _ => throw new ArgumentOutOfRangeException(nameof(storage), storage, "Activations are stored as UInt8 or Int8."),
        };
        int zeroPoint = lowest + range.ZeroByte;
        return new QuantizationParameters
        {
            Storage = storage,
            Scales = [scale],
            ZeroPoint = zeroPoint,
            Minimum = range.Minimum + zeroPoint - (range is { Bits: 8, IsSymmetric: true } ? 1 : 0),
            Maximum = range.Maximum + zeroPoint,
        };
    }

    /// <summary>Whether the stored integers fill the storage type, so that no runtime can produce others.</summary>
    public bool FillsStorage => Storage == DataType.UInt8 ? Minimum == 0 && Maximum == 255 : Minimum == -128 && Maximum == 127;

    /// <summary><c>clamp(round(x / s) + z, qmin, qmax)</c>; NaN gives <c>z</c>.</summary>
    public int Quantize(float x, int channel = 0) => Quantize(x, Scales[channel], ZeroPoint, Minimum, Maximum);

    /// <summary><c>(q − z) · s</c>.</summary>
    public float Dequantize(int q, int channel = 0) => (q - ZeroPoint) * Scales[channel];

    /// <summary><c>clamp(round(x / scale) + zeroPoint, minimum, maximum)</c>; NaN gives the zero point.</summary>
    public static int Quantize(float x, float scale, int zeroPoint, int minimum, int maximum)
    {
        float rounded = MathF.Round(x / scale, MidpointRounding.ToEven);
        if (float.IsNaN(rounded))
        {
            return zeroPoint;
        }

        return (int)Math.Clamp(rounded + zeroPoint, minimum, maximum);
    }
}
