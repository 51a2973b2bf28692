using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Losses;

/// <summary>SoftmaxCrossEntropyLoss: the loss of <c>x − ln Σ e^x</c> over the classes, and these logarithms.</summary>
internal sealed class SoftmaxCrossEntropyLoss(OperatorSite site) : IOperator
{
    private readonly ClassLoss _loss = new(site);

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        double[] logarithms = x.Shape.Rank >= 2 ? LogSoftmax(Reals.Of(x), x.Shape) : throw new InvalidOperatorInputException($"{x} has no classes, expected N, C, ….");
        Tensor loss = _loss.Run(logarithms, x.Shape, inputs.Required(1), inputs.Optional(2), x.Type, context);
        return [loss, Reals.Make(logarithms, x.Shape, x.Type, context)];
    }

    private static double[] LogSoftmax(double[] x, Shape shape)
    {
        int classes = shape[1];
        int inner = shape.Product(2, shape.Rank);
        double[] y = new double[x.Length];
        for (int lane = 0; lane < shape[0] * inner; lane++)
        {
            int first = lane / inner * classes * inner + lane % inner;
            double largest = double.NegativeInfinity;
            for (int c = 0; c < classes; c++)
            {
                largest = Math.Max(largest, x[first + c * inner]);
            }

            double sum = 0;
            for (int c = 0; c < classes; c++)
            {
                sum += Math.Exp(x[first + c * inner] - largest);
            }

            for (int c = 0; c < classes; c++)
            {
                y[first + c * inner] = x[first + c * inner] - largest - Math.Log(sum);
            }
        }

        return y;
    }
}
