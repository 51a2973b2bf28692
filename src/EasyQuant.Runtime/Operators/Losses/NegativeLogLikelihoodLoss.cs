using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Losses;

/// <summary>NegativeLogLikelihoodLoss: the loss of logarithms of probabilities.</summary>
internal sealed class NegativeLogLikelihoodLoss(OperatorSite site) : SingleOutputOperator
{
    private readonly ClassLoss _loss = new(site);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        return _loss.Run(Reals.Of(x), x.Shape, inputs.Required(1), inputs.Optional(2), x.Type, context);
    }
}
