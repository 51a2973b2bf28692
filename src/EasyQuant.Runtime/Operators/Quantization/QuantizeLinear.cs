using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Conversion;
using EasyQuant.Runtime.Operators.Elementwise;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Quantization;

/// <summary>QuantizeLinear: <c>q = clamp(round(x / s) + z, qmin, qmax)</c>, ties to even, all in single precision; to a small float, <c>x / s + z</c> as such.</summary>
internal sealed class QuantizeLinear(OperatorSite site) : SingleOutputOperator
{
    private readonly long _axis = site.Node.GetInt("axis", 1);
    private readonly long _blockSize = site.Node.GetInt("block_size", 0);
    private readonly DataType _type = (DataType)site.Node.GetInt("output_dtype", 0);
    private readonly Rounding _rounding = new(site.Node.GetInt("saturate", 1) != 0);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = ElementCast.To(inputs.Required(0), DataType.Float32, context);
        Tensor scale = ElementCast.To(inputs.Required(1), DataType.Float32, context);
        Tensor? zeroPoint = inputs.Optional(2);
        DataType type = zeroPoint?.Type ?? (_type == DataType.Undefined ? DataType.UInt8 : _type);
        ScaleRuns runs = new(x, scale, zeroPoint, _axis, _blockSize);
        return type switch
        {
            DataType.Int8 => Run<sbyte>(x, scale, zeroPoint, runs, type, context),
            DataType.UInt8 => Run<byte>(x, scale, zeroPoint, runs, type, context),
            DataType.Int16 => Run<short>(x, scale, zeroPoint, runs, type, context),
            DataType.UInt16 => Run<ushort>(x, scale, zeroPoint, runs, type, context),
            DataType.Int32 => Run<int>(x, scale, zeroPoint, runs, type, context),
            DataType.Int4 or DataType.UInt4 or DataType.Int2 or DataType.UInt2 => RunNarrow(x, scale, zeroPoint, runs, type, context),
            _ when NarrowElements.IsReal(type) => RunReal(x, scale, zeroPoint, runs, type, context),
            _ => throw new UnsupportedOperatorInputException($"Quantizing to {type.ShortName()} is not supported."),
        };
    }

    private Tensor RunReal(Tensor x, Tensor scale, Tensor? zeroPoint, ScaleRuns runs, DataType type, OperatorContext context)
    {
        Tensor? zeros = zeroPoint is null ? null : ElementCast.To(zeroPoint, DataType.Float32, context);
        return ElementCast.To(ScaleRuns.Divide(x, scale, zeros, runs, context), type, context, _rounding);
    }

    private static Tensor RunNarrow(Tensor x, Tensor scale, Tensor? zeroPoint, ScaleRuns runs, DataType type, OperatorContext context)
    {
        (int smallest, int largest) = NarrowElements.RangeOf(type);
        Tensor? zeros = zeroPoint is null ? null : ElementCast.To(zeroPoint, DataType.Int16, context);
        Tensor wide = Run<short>(x, scale, zeros, runs, DataType.Int16, context);
        return NarrowElements.Pack(Array.ConvertAll(wide.AsSpan<short>().ToArray(), q => Math.Clamp(q, smallest, largest)), x.Shape, type, context);
    }

    private static Tensor Run<T>(Tensor x, Tensor scale, Tensor? zeroPoint, ScaleRuns runs, DataType type, OperatorContext context)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        Tensor y = context.Allocate(type, x.Shape);
        context.ForRanges(runs.Count, runs.RunLength, (start, end) =>
        {
            Span<float> scratch = stackalloc float[Blocks.Length];
            for (int run = start; run < end; run++)
            {
                int index = runs.ScaleIndex(run);
                float s = scale.AsSpan<float>()[index];
                float z = zeroPoint is null ? 0 : float.CreateChecked(zeroPoint.AsSpan<T>()[index]);
                int last = Math.Min(runs.ElementCount, (run + 1) * runs.RunLength);
                for (int i = run * runs.RunLength; i < last; i += Blocks.Length)
                {
                    int length = Math.Min(Blocks.Length, last - i);
                    Quantize(x.AsSpan<float>().Slice(i, length), s, z, scratch[..length], y.AsMutableSpan<T>().Slice(i, length));
                }
            }
        });
        return y;
    }

    private static void Quantize<T>(ReadOnlySpan<float> x, float s, float z, Span<float> scratch, Span<T> y)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        TensorPrimitives.Divide(x, s, scratch);
        TensorPrimitives.Round(scratch, scratch);
        TensorPrimitives.Add(scratch, z, scratch);
        TensorPrimitives.ConvertSaturating(scratch, y);
    }
}
