using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Quantization;

/// <summary>DynamicQuantizeLinear: <c>s = (max(x, 0) − min(x, 0)) / 255</c>, <c>z = round(−min / s)</c>, then as QuantizeLinear to 8 unsigned bits.</summary>
internal sealed class DynamicQuantizeLinear : IOperator
{
    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        ReadOnlySpan<float> from = x.AsSpan<float>();
        float low = from.IsEmpty ? 0 : Math.Min(0, TensorPrimitives.Min(from));
        float high = from.IsEmpty ? 0 : Math.Max(0, TensorPrimitives.Max(from));
        float scale = (high - low) / 255;
        float zeroPoint = scale == 0 ? 0 : Math.Clamp(MathF.Round(-low / scale), 0, 255);
        Tensor y = context.Allocate(DataType.UInt8, x.Shape);
        Span<byte> to = Elements.Bytes(y);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = scale == 0 ? (byte)0 : (byte)Math.Clamp(MathF.Round(from[i] / scale) + zeroPoint, 0, 255);
        }

        return [y, Tensor.FromScalar(scale), Tensor.FromScalar((byte)zeroPoint)];
    }
}
