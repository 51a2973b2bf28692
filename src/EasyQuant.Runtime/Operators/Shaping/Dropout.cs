using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Shaping;

/// <summary>Dropout outside training, or with a ratio of 0: passes its input on; the mask, where it is read, is true everywhere.</summary>
internal sealed class Dropout(OperatorSite site) : IOperator
{
    // Before version 10 the mask had the input's type.
    private readonly bool _maskIsBool = site.Opset >= 10;

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        bool trains = inputs.Optional(2) is { Count: 1 } training && training.AsSpan<bool>()[0];
        if (trains && inputs.Optional(1)?.ToSingle() is null or > 0)
        {
            throw new UnsupportedOperatorInputException("Training with a ratio above 0 draws random numbers, which the operator does not define; it is not supported.");
        }

        Tensor one = Conversion.ElementCast.To(Tensor.FromScalar(true), _maskIsBool ? DataType.Bool : x.Type, context);
        return [x, Expand.To(one, x.Shape, context)];
    }
}
