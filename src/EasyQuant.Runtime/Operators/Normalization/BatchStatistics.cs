using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Normalization;

/// <summary>BatchNormalization in training: each channel by the mean and variance of the batch; the running ones become <c>momentum · old + (1 − momentum) · batch</c>.</summary>
internal sealed class BatchStatistics(OperatorSite site) : IOperator
{
    private readonly float _epsilon = site.Node.GetFloat("epsilon", 1e-5f);
    private readonly float _momentum = site.Node.GetFloat("momentum", 0.9f);

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int channels = x.Shape.Rank >= 2 ? x.Shape[1] : throw new InvalidOperatorInputException($"{x} has no channels: expected at least 2 dimensions.");
        double[][] parameters = [.. inputs[1..5].ToArray().Select(p => p is not null && p.Count == channels ? Reals.Of(p)
            : throw new InvalidOperatorInputException($"A parameter is {p}, expected one number for each of {channels} channels."))];
        (double[] scale, double[] bias, double[] runningMean, double[] runningVariance) = (parameters[0], parameters[1], parameters[2], parameters[3]);
        int plane = x.Shape.Product(2, x.Shape.Rank);
        double[] y = Reals.Of(x);
        for (int c = 0; c < channels; c++)
        {
            int[] places = [.. Enumerable.Range(0, x.Shape[0]).SelectMany(n => Enumerable.Range((n * channels + c) * plane, plane))];
            double mean = places.Sum(i => y[i]) / places.Length;
            double variance = places.Sum(i => (y[i] - mean) * (y[i] - mean)) / places.Length;
            foreach (int i in places)
            {
                y[i] = scale[c] * (y[i] - mean) / Math.Sqrt(variance + _epsilon) + bias[c];
            }

            runningMean[c] = _momentum * runningMean[c] + (1 - _momentum) * mean;
            runningVariance[c] = _momentum * runningVariance[c] + (1 - _momentum) * variance;
        }

        return
        [
            Reals.Make(y, x.Shape, x.Type, context),
            Reals.Make(runningMean, [channels], inputs.Required(3).Type, context),
            Reals.Make(runningVariance, [channels], inputs.Required(4).Type, context),
        ];
    }
}
