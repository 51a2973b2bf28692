using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary>SwiGLU: <c>a · sigmoid(α · a) · b</c>.</summary>
internal sealed class SwishGate(OperatorSite site) : SingleOutputOperator
{
    private static readonly IOperator s_multiply = new BinaryOperator<Multiply>(new Multiply());
    private readonly IOperator _swish = new RealFunctionOperator<Swish>(new Swish(site.Node.GetFloat("alpha", 1)));

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) =>
        s_multiply.Run([_swish.Run([inputs.Required(0)], context)[0], inputs.Required(1)], context)[0]!;
}
