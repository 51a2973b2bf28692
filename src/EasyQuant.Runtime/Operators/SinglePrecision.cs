using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Conversion;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators;

/// <summary>Operators on floats of 16 bits: computed in single precision, each output rounded once.</summary>
internal static class SinglePrecision
{
    /// <summary>Whether an operator that computes in single precision needs its inputs converted.</summary>
    public static bool IsFor(DataType type) => type is DataType.BFloat16 or DataType.Float16;

    /// <summary>The operator's outputs; those in single precision become the first input's type, as do the inputs of that type the other way.</summary>
    public static Tensor?[] Run(IOperator op, ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        DataType type = inputs.Required(0).Type;
        Tensor?[] singles = new Tensor?[inputs.Length];
        for (int i = 0; i < singles.Length; i++)
        {
            singles[i] = inputs[i] is { } x && x.Type == type ? ElementCast.To(x, DataType.Float32, context) : inputs[i];
        }

        return Array.ConvertAll(op.Run(singles, context), y => y is { Type: DataType.Float32 } ? ElementCast.To(y, type, context) : y);
    }
}
