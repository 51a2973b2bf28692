using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Conversion;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Sampling;

/// <summary>Multinomial: classes drawn with probabilities proportional to <c>e^x</c>, a number of times for each row.</summary>
internal sealed class Multinomial(OperatorSite site) : SingleOutputOperator
{
    private readonly ElementNoise _noise = new(site);
    private readonly int _samples = checked((int)site.Node.GetInt("sample_size", 1));
    private readonly DataType _type = (DataType)site.Node.GetInt("dtype", (long)DataType.Int32);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        if (x.Shape.Rank != 2 || x.Shape[1] == 0)
        {
            throw new InvalidOperatorInputException($"{x} holds no rows of classes.");
        }

        Shape shape = [x.Shape[0], _samples];
        double[] scores = Reals.Of(x);
        long[] drawn = new long[checked((int)shape.ElementCount)];
        int classes = x.Shape[1];
        double[] upTo = new double[classes];
        for (int i = 0; i < drawn.Length; i++)
        {
            if (i % _samples == 0)
            {
                Accumulate(scores.AsSpan(i / _samples * classes, classes), upTo);
            }

            double place = _noise.Uniform(i) * upTo[^1];
            int found = Array.FindIndex(upTo, u => u > place);
            drawn[i] = found < 0 ? classes - 1 : found;
        }

        return ElementCast.To(Tensor.From(drawn, shape), _type, context);
    }

    private static void Accumulate(ReadOnlySpan<double> scores, Span<double> upTo)
    {
        double largest = TensorPrimitives.Max(scores);
        double sum = 0;
        for (int c = 0; c < scores.Length; c++)
        {
            sum += Math.Exp(scores[c] - largest);
            upTo[c] = sum;
        }
    }
}
