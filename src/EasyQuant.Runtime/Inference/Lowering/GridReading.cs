using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>Reads the grids of QuantizeLinear and DequantizeLinear nodes.</summary>
internal static class GridReading
{
    /// <summary>The tensor that a QuantizeLinear makes, or null where its step is not one constant, or its storage not a byte.</summary>
    public static QuantizedTensor? Quantized(Node quantizeLinear)
    {
        Value output = quantizeLinear.Outputs[0]!;
        if (ScalarStep(quantizeLinear) is not { } scale || StaticShape(output) is not { } shape || Storage(quantizeLinear) is not { } storage)
        {
            return null;
        }

        int offset = storage.Type == DataType.Int8 ? 128 : 0;
        return new QuantizedTensor(output.Name, shape, scale, storage.ZeroPoint + offset, 0, 255);
    }

    /// <summary>Whether a DequantizeLinear stands for the tensor that it reads.</summary>
    public static bool Matches(Node dequantizeLinear, QuantizedTensor tensor) =>
        ScalarStep(dequantizeLinear) is { } scale && scale.Equals(tensor.Scale) && Storage(dequantizeLinear) is { } storage
        && storage.ZeroPoint + (storage.Type == DataType.Int8 ? 128 : 0) == tensor.ZeroPoint;

    /// <summary>The limits of a Clip on integers, with 128 added where they are signed; null where it is no such Clip.</summary>
    public static (int Minimum, int Maximum)? IntegerClip(Node clip)
    {
        if (!clip.Is("Clip") || clip.InputOrDefault(1)?.Constant is not { Count: 1 } low || clip.InputOrDefault(2)?.Constant is not { Count: 1 } high)
        {
            return null;
        }

        return (low.Type, high.Type) switch
        {
            (DataType.UInt8, DataType.UInt8) => (low.AsSpan<byte>()[0], high.AsSpan<byte>()[0]),
            (DataType.Int8, DataType.Int8) => (low.AsSpan<sbyte>()[0] + 128, high.AsSpan<sbyte>()[0] + 128),
            _ => null,
        };
    }

    /// <summary>The extents of a value, where all are known and a tensor can have them.</summary>
    public static Shape? StaticShape(Value value) => value.Shape?.ToStatic() is { } shape && CanBeHeld(shape) ? shape : null;

    private static bool CanBeHeld(Shape shape) => shape.Aggregate(1L, (count, extent) => Math.Min(count * extent, int.MaxValue)) < int.MaxValue;

    private static float? ScalarStep(Node node) =>
        node.InputOrDefault(1)?.Constant is { Type: DataType.Float32, Count: 1 } scale && scale.AsSpan<float>()[0] > 0 ? scale.AsSpan<float>()[0] : null;

    private static (DataType Type, int ZeroPoint)? Storage(Node node) => node.InputOrDefault(2) switch
    {
        null => node.Is("QuantizeLinear") && node.GetInt("output_dtype", 0) == 0 ? (DataType.UInt8, 0) : node.Inputs[0]!.ElementType switch
        {
            DataType.UInt8 => (DataType.UInt8, 0),
            DataType.Int8 => (DataType.Int8, 0),
            _ => null,
        },
        { Constant: { Type: DataType.UInt8, Count: 1 } zero } => (DataType.UInt8, zero.AsSpan<byte>()[0]),
        { Constant: { Type: DataType.Int8, Count: 1 } zero } => (DataType.Int8, zero.AsSpan<sbyte>()[0]),
        _ => null,
    };
}
