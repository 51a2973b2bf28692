using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Simulation;

/// <summary>What a tensor is after a trip to integers and back: <c>(clamp(round(x / s) + z, qmin, qmax) − z) · s</c>.</summary>
internal static class FakeQuantizer
{
    /// <summary>The rounded tensor.</summary>
    public static Tensor Apply(Tensor tensor, QuantizationParameters parameters)
    {
        Tensor rounded = Tensor.Allocate(DataType.Float32, tensor.Shape);
        Apply(tensor.AsSpan<float>(), parameters, rounded.AsMutableSpan<float>());
        return rounded;
    }

    /// <summary>The rounded elements.</summary>
    public static void Apply(ReadOnlySpan<float> source, QuantizationParameters parameters, Span<float> destination)
    {
        float scale = parameters.Scales[0];
        float lower = parameters.Minimum - parameters.ZeroPoint;
        float upper = parameters.Maximum - parameters.ZeroPoint;
        int vectors = source.Length - source.Length % Vector512<float>.Count;
        for (int i = 0; i < vectors; i += Vector512<float>.Count)
        {
            Vector512<float> x = Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(source), (nuint)i);
            Vector512<float> q = Vector512.Min(Vector512.Max(Vector512.Round(x / scale), Vector512.Create(lower)), Vector512.Create(upper));
            (q * scale).StoreUnsafe(ref MemoryMarshal.GetReference(destination), (nuint)i);
        }

        for (int i = vectors; i < source.Length; i++)
        {
            destination[i] = parameters.Dequantize(parameters.Quantize(source[i]));
        }
    }
}
