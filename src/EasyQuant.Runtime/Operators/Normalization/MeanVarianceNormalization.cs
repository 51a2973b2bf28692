using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Reduction;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Normalization;

/// <summary>MeanVarianceNormalization: <c>(x − mean) / (√variance + 10⁻⁹)</c>, mean and variance over some axes.</summary>
internal sealed class MeanVarianceNormalization(OperatorSite site) : SingleOutputOperator
{
    private const double Epsilon = 1e-9;

    private readonly long[] _axes = [.. site.Node.GetInts("axes") ?? [0, 2, 3]];

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int[] axes = OperatorInputs.Axes(_axes, x.Shape.Rank);
        double[] centred = Combine(Reals.Of(x), x.Shape, axes, v => v, (v, mean) => v - mean, context);
        double[] normal = Combine(centred, x.Shape, axes, v => v * v, (v, variance) => v / (Math.Sqrt(variance) + Epsilon), context);
        return Reals.Make(normal, x.Shape, x.Type, context);
    }

    // Each element with the mean of a function of those it is normalized with.
    private static double[] Combine(
        double[] x, Shape shape, int[] axes, Converter<double, double> term, Func<double, double, double> combine, OperatorContext context)
    {
        Tensor sums = Folding.Run<double, Sum>(Tensor.From(Array.ConvertAll(x, term), shape), axes, context);
        double count = axes.Aggregate(1.0, (n, a) => n * shape[a]);
        Broadcast walk = new(shape, sums.Shape);
        int step = walk.IsRepeated(1) ? 0 : 1;
        double[] y = new double[x.Length];
        walk.For(context, (offsets, output, length) =>
        {
            for (int i = 0; i < length; i++)
            {
                y[output + i] = combine(x[offsets[0] + i], sums.AsSpan<double>()[offsets[1] + i * step] / count);
            }
        });
        return y;
    }
}
