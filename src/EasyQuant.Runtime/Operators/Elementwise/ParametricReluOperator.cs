using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary>PRelu: the slope is broadcast to the input; a list of slopes that fits no trailing dimension is one for each channel.</summary>
internal sealed class ParametricReluOperator : SingleOutputOperator
{
    private readonly BinaryOperator<ParametricRelu> _function = new(new ParametricRelu());

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        Tensor slope = inputs.Required(1);
        bool perChannel = slope.Shape.Rank == 1 && x.Shape.Rank > 2 && slope.Count == x.Shape[1] && slope.Count != x.Shape[^1];
        Tensor aligned = perChannel ? slope.Reshape(new Shape([slope.Count, .. Enumerable.Repeat(1, x.Shape.Rank - 2)])) : slope;
        return ((IOperator)_function).Run([x, aligned], context)[0]!;
    }
}
