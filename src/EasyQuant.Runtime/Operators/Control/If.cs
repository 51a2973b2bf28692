using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Control;

/// <summary>If: one of two branches.</summary>
internal sealed class If(OperatorSite site) : IOperator
{
    private readonly NestedGraph _then = new(site, "then_branch");
    private readonly NestedGraph _else = new(site, "else_branch");

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor condition = inputs.Required(0);
        NestedGraph branch = condition.AsSpan<bool>()[0] ? _then : _else;
        return branch.Run([], inputs[1..], context);
    }
}
