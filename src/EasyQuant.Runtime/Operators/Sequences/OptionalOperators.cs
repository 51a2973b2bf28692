using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Sequences;

/// <summary>Optional: the input as a value that is there, or none. What is there stands for itself.</summary>
internal sealed class OptionalOf : SingleOutputOperator
{
    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) => inputs.Optional(0) ?? Tensor.Absent;
}

/// <summary>OptionalHasElement: whether there is a value.</summary>
internal sealed class OptionalHasElement : SingleOutputOperator
{
    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) =>
        Tensor.FromScalar(inputs.Optional(0) is { } value && value != Tensor.Absent);
}

/// <summary>OptionalGetElement: the value.</summary>
internal sealed class OptionalGetElement : SingleOutputOperator
{
    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) => inputs.Required(0) is var value && value != Tensor.Absent
        ? value
        : throw new InvalidOperatorInputException("The optional holds no value.");
}
