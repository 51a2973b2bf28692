using System.Numerics;
using System.Runtime.InteropServices;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Conversion;

/// <summary>Converts element types (Cast, CastLike).</summary>
/// <remarks>
/// To integers towards zero, out-of-range values wrap as in C; to floats the nearest, ties to even; from numbers to bool by
/// "is not zero".
/// </remarks>
internal sealed class ElementCast(OperatorSite site) : SingleOutputOperator
{
    private readonly DataType? _target = site.Node.Is("Cast") ? (DataType)site.Node.GetInt("to", 0) : null;
    private readonly Rounding _rounding = new(site.Node.GetInt("saturate", 1) != 0, site.Node.GetString("round_mode", "up"));

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) =>
        To(inputs.Required(0), _target ?? inputs.Required(1).Type, context, _rounding);

    /// <summary>The elements of <paramref name="x"/> as <paramref name="target"/>.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="target">Their new type.</param>
    /// <param name="context">Threads and buffers to use.</param>
    /// <param name="rounding">How numbers become small floats; by default what is too large becomes the largest.</param>
    public static Tensor To(Tensor x, DataType target, OperatorContext context, Rounding? rounding = null) => x.Type == target ? x
        : x.Type == DataType.String ? To(TextElements.Read(x, target), target, context, rounding)
        : NarrowElements.Has(x.Type) ? To(NarrowElements.Widen(x, context), target, context, rounding)
        : NarrowElements.IsReal(target) ? NarrowElements.FromSingles(Between(x, DataType.Float32, context), target, rounding ?? new Rounding(), context)
        : NarrowElements.IsInteger(target) ? NarrowElements.FromIntegers(Between(x, DataType.Int64, context), target, context)
        : Between(x, target, context);

    // Between types that CLR types have, bfloat16 among them.
    private static Tensor Between(Tensor x, DataType target, OperatorContext context) => x.Type == target ? x : x.Type switch
    {
        DataType.Float32 => From<float>(x, target, context),
        DataType.Float64 => From<double>(x, target, context),
        DataType.Float16 => From<Half>(x, target, context),
        DataType.Int8 => From<sbyte>(x, target, context),
        DataType.Int16 => From<short>(x, target, context),
        DataType.Int32 => From<int>(x, target, context),
        DataType.Int64 => From<long>(x, target, context),
        DataType.UInt8 or DataType.Bool => From<byte>(x, target, context),
        DataType.UInt16 => From<ushort>(x, target, context),
        DataType.UInt32 => From<uint>(x, target, context),
        DataType.UInt64 => From<ulong>(x, target, context),
        DataType.BFloat16 => BFloat16ToSingle(x, target, context),
        _ => throw Refusal(x.Type, target),
    };

    private static Tensor From<TSource>(Tensor x, DataType target, OperatorContext context)
        where TSource : unmanaged, INumber<TSource> => target switch
        {
            DataType.Float32 => Convert<TSource, float>(x, target, context),
            DataType.Float64 => Convert<TSource, double>(x, target, context),
            DataType.Float16 => Convert<TSource, Half>(x, target, context),
            DataType.Int8 => Convert<TSource, sbyte>(x, target, context),
            DataType.Int16 => Convert<TSource, short>(x, target, context),
            DataType.Int32 => Convert<TSource, int>(x, target, context),
            DataType.Int64 => Convert<TSource, long>(x, target, context),
            DataType.UInt8 => Convert<TSource, byte>(x, target, context),
            DataType.UInt16 => Convert<TSource, ushort>(x, target, context),
            DataType.UInt32 => Convert<TSource, uint>(x, target, context),
            DataType.UInt64 => Convert<TSource, ulong>(x, target, context),
            DataType.Bool => IsNotZero<TSource>(x, context),
            DataType.String => TextElements.Write(x),
            DataType.BFloat16 => SingleToBFloat16(To(x, DataType.Float32, context), context),
            _ => throw Refusal(x.Type, target),
        };

    private static Tensor Convert<TSource, TTarget>(Tensor x, DataType target, OperatorContext context)
        where TSource : unmanaged, INumber<TSource>
        where TTarget : unmanaged, INumber<TTarget>
    {
        Tensor y = context.Allocate(target, x.Shape);
        context.ForRanges(x.Count, 2, (start, end) =>
        {
            ReadOnlySpan<TSource> from = x.AsSpan<TSource>()[start..end];
            Span<TTarget> to = y.AsMutableSpan<TTarget>()[start..end];
            for (int i = 0; i < to.Length; i++)
            {
                to[i] = TTarget.CreateTruncating(from[i]);
            }
        });
        return y;
    }

    private static Tensor IsNotZero<TSource>(Tensor x, OperatorContext context)
        where TSource : unmanaged, INumber<TSource>
    {
        Tensor y = context.Allocate(DataType.Bool, x.Shape);
        ReadOnlySpan<TSource> from = x.AsSpan<TSource>();
        Span<byte> to = Elements.Bytes(y);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = TSource.IsZero(from[i]) ? (byte)0 : (byte)1;
        }

        return y;
    }

    private static Tensor BFloat16ToSingle(Tensor x, DataType target, OperatorContext context)
    {
        Tensor y = context.Allocate(DataType.Float32, x.Shape);
        ReadOnlySpan<ushort> from = x.AsSpan<ushort>();
        Span<uint> to = MemoryMarshal.Cast<float, uint>(y.AsMutableSpan<float>());
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = (uint)from[i] << 16;
        }

        return To(y, target, context);
    }

    private static Tensor SingleToBFloat16(Tensor x, OperatorContext context)
    {
        Tensor y = context.Allocate(DataType.BFloat16, x.Shape);
        ReadOnlySpan<float> from = x.AsSpan<float>();
        Span<ushort> to = y.AsMutableSpan<ushort>();
        for (int i = 0; i < to.Length; i++)
        {
            // Half the distance between neighbours less one, plus the last kept bit: ties go to even.
            uint bits = BitConverter.SingleToUInt32Bits(from[i]);
            to[i] = float.IsNaN(from[i]) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }

        return y;
    }

    private static UnsupportedOperatorInputException Refusal(DataType source, DataType target) =>
        new($"Converting {source.ShortName()} to {target.ShortName()} is not supported.");
}
