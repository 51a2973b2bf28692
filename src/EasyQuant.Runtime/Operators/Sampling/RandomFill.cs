using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Sampling;

/// <summary>RandomUniform, RandomNormal and their like: a tensor of independent numbers, of given extents or of those of the input.</summary>
internal sealed class RandomFill(OperatorSite site, bool isNormal) : SingleOutputOperator
{
    private readonly ElementNoise _noise = new(site);
    private readonly DataType _type = (DataType)site.Node.GetInt("dtype", 0);
    private readonly long[]? _shape = site.Node.GetInts("shape")?.ToArray();

    // Of a normal distribution the mean and the deviation, of a uniform one the ends.
    private readonly float _first = isNormal ? site.Node.GetFloat("mean", 0) : site.Node.GetFloat("low", 0);
    private readonly float _second = isNormal ? site.Node.GetFloat("scale", 1) : site.Node.GetFloat("high", 1);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor? like = inputs.Optional(0);
        Shape shape = like?.Shape ?? Shape.FromInt64(_shape ?? throw new InvalidOperatorInputException("Attribute 'shape' is absent."));
        DataType type = _type != DataType.Undefined ? _type : like?.Type ?? DataType.Float32;
        double[] y = Reals.Zeros(shape);
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = isNormal ? _first + _second * _noise.Normal(i) : _first + (_second - _first) * _noise.Uniform(i);
        }

        return Reals.Make(y, shape, type, context);
    }
}
