using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary>Before version 7: the second input's dimensions align with the first's from an axis on.</summary>
internal sealed class OldBroadcast(OperatorSite site, IOperator function) : IOperator
{
    private readonly bool _broadcasts = site.Node.GetInt("broadcast", 0) != 0;
    private readonly long? _axis = site.Node.Attributes.ContainsKey("axis") ? site.Node.GetInt("axis", 0) : null;

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        Tensor y = inputs.Required(1);
        if (!_broadcasts || _axis is not { } axis)
        {
            return function.Run(inputs, context);
        }

        int first = OperatorInputs.Axis(axis, x.Shape.Rank);
        int behind = Math.Max(0, x.Shape.Rank - first - y.Shape.Rank);
        return function.Run([x, y.Reshape(new Shape([.. y.Shape, .. Enumerable.Repeat(1, behind)]))], context);
    }
}
