using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators;

/// <summary>An operator over any floating-point type, written once; its first input's type decides.</summary>
internal abstract class FloatingPointOperator : SingleOutputOperator
{
    protected sealed override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) => inputs.Required(0).Type switch
    {
        DataType.Float32 => Run<float>(inputs, context),
        DataType.Float64 => Run<double>(inputs, context),
        DataType.Float16 => Run<Half>(inputs, context),
        DataType.BFloat16 => SinglePrecision.Run(this, inputs, context)[0]!,
        DataType other => throw new UnsupportedOperatorInputException($"Element type {other.ShortName()} is not supported, expected f32, f64, f16 or bf16."),
    };

    protected abstract Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
        where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>;
}
