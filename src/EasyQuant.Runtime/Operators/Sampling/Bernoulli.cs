using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Conversion;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Sampling;

/// <summary>Bernoulli: 1 with the probability that the input holds at each place, otherwise 0.</summary>
internal sealed class Bernoulli(OperatorSite site) : SingleOutputOperator
{
    private readonly ElementNoise _noise = new(site);
    private readonly DataType _type = (DataType)site.Node.GetInt("dtype", 0);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        double[] probabilities = Reals.Of(x);
        byte[] drawn = new byte[probabilities.Length];
        for (int i = 0; i < drawn.Length; i++)
        {
            drawn[i] = _noise.Uniform(i) < probabilities[i] ? (byte)1 : (byte)0;
        }

        return ElementCast.To(Tensor.From(drawn, x.Shape), _type == DataType.Undefined ? x.Type : _type, context);
    }
}
