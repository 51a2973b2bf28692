using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Conversion;
using EasyQuant.Runtime.Operators.Elementwise;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Quantization;

/// <summary>DequantizeLinear: <c>y = (q − z) · s</c>.</summary>
internal sealed class DequantizeLinear(OperatorSite site) : SingleOutputOperator
{
    private readonly long _axis = site.Node.GetInt("axis", 1);
    private readonly long _blockSize = site.Node.GetInt("block_size", 0);
    private readonly DataType _type = (DataType)site.Node.GetInt("output_dtype", 0);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor q = Widen(inputs.Required(0), context);
        Tensor scale = ElementCast.To(inputs.Required(1), DataType.Float32, context);
        Tensor? zeroPoint = inputs.Optional(2) is { } given ? Widen(given, context) : null;
        ScaleRuns runs = new(q, scale, zeroPoint, _axis, _blockSize);
        Tensor y = q.Type switch
        {
            DataType.Int8 => Run<sbyte>(q, scale, zeroPoint, runs, context),
            DataType.UInt8 => Run<byte>(q, scale, zeroPoint, runs, context),
            DataType.Int16 => Run<short>(q, scale, zeroPoint, runs, context),
            DataType.UInt16 => Run<ushort>(q, scale, zeroPoint, runs, context),
            DataType.Int32 => Run<int>(q, scale, zeroPoint, runs, context),
            DataType.Float32 => ScaleRuns.Multiply(q, scale, zeroPoint, runs, context),
            _ => throw new UnsupportedOperatorInputException($"Dequantizing {q.Type.ShortName()} is not supported."),
        };
        return ElementCast.To(y, _type == DataType.Undefined ? inputs.Required(1).Type : _type, context);
    }

    private static Tensor Widen(Tensor q, OperatorContext context) =>
        NarrowElements.Has(q.Type) ? NarrowElements.Widen(q, context)
        : q.Type == DataType.Float32 ? throw new InvalidOperatorInputException($"{q} holds no quantized numbers.")
        : q;

    private static Tensor Run<T>(Tensor q, Tensor scale, Tensor? zeroPoint, ScaleRuns runs, OperatorContext context)
        where T : unmanaged, INumber<T>
    {
        Tensor y = context.Allocate(DataType.Float32, q.Shape);
        context.ForRanges(runs.Count, runs.RunLength, (start, end) =>
        {
            Span<int> scratch = stackalloc int[Blocks.Length];
            for (int run = start; run < end; run++)
            {
                int index = runs.ScaleIndex(run);
                float s = scale.AsSpan<float>()[index];
                int z = zeroPoint is null ? 0 : int.CreateChecked(zeroPoint.AsSpan<T>()[index]);
                int last = Math.Min(runs.ElementCount, (run + 1) * runs.RunLength);
                for (int i = run * runs.RunLength; i < last; i += Blocks.Length)
                {
                    int length = Math.Min(Blocks.Length, last - i);
                    Dequantize(q.AsSpan<T>().Slice(i, length), s, z, scratch[..length], y.AsMutableSpan<float>().Slice(i, length));
                }
            }
        });
        return y;
    }

    private static void Dequantize<T>(ReadOnlySpan<T> q, float s, int z, Span<int> scratch, Span<float> y)
        where T : unmanaged, INumber<T>
    {
        TensorPrimitives.ConvertTruncating(q, scratch);
        TensorPrimitives.Subtract(scratch, z, scratch);
        TensorPrimitives.ConvertTruncating<int, float>(scratch, y);
        TensorPrimitives.Multiply(y, s, y);
    }
}
