using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators;

/// <summary>An operator over any integer or floating-point type, written once; its first input's type decides.</summary>
internal abstract class NumberOperator : SingleOutputOperator
{
    protected sealed override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) => inputs.Required(0).Type switch
    {
        DataType.Float32 => Run<float>(inputs, context),
        DataType.Float64 => Run<double>(inputs, context),
        DataType.Float16 => Run<Half>(inputs, context),
        DataType.BFloat16 => SinglePrecision.Run(this, inputs, context)[0]!,
        DataType.Int8 => Run<sbyte>(inputs, context),
        DataType.Int16 => Run<short>(inputs, context),
        DataType.Int32 => Run<int>(inputs, context),
        DataType.Int64 => Run<long>(inputs, context),
        DataType.UInt8 => Run<byte>(inputs, context),
        DataType.UInt16 => Run<ushort>(inputs, context),
        DataType.UInt32 => Run<uint>(inputs, context),
        DataType.UInt64 => Run<ulong>(inputs, context),
        DataType other => throw new UnsupportedOperatorInputException($"Element type {other.ShortName()} is not supported, expected an integer or floating-point type."),
    };

    protected abstract Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>;
}
