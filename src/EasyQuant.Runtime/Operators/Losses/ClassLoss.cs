using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Losses;

/// <summary>
/// The negative log-likelihood of target classes: <c>−w[t] · x[n, t, …]</c> at every place, as it is, summed, or summed and divided by the
/// sum of the weights that were used. Places whose target is the ignored index count for nothing.
/// </summary>
internal sealed class ClassLoss(OperatorSite site)
{
    private readonly long? _ignored = site.Node.Attributes.ContainsKey("ignore_index") ? site.Node.GetInt("ignore_index", 0) : null;
    private readonly string _reduction = site.Node.GetString("reduction", "mean") switch
    {
        "none" or "sum" or "mean" => site.Node.GetString("reduction", "mean"),
        string other => throw site.Unsupported($"reduction '{other}'"),
    };

    /// <summary>The loss for logarithms of probabilities <paramref name="x"/> of shape N, C, ….</summary>
    public Tensor Run(double[] x, Shape shape, Tensor targets, Tensor? weights, DataType type, OperatorContext context)
    {
        if (shape.Rank < 2 || targets.Shape != new Shape([shape[0], .. shape.Skip(2)]))
        {
            throw new InvalidOperatorInputException($"Targets of shape {targets.Shape} do not fit scores of shape {shape}, expected N, d1, … for N, C, d1, ….");
        }

        int classes = shape[1];
        double[]? weight = weights is null ? null : Reals.Of(weights);
        if (weight is not null && weight.Length != classes)
        {
            throw new InvalidOperatorInputException($"There are {weight.Length} weights for {classes} classes.");
        }

        int inner = shape.Product(2, shape.Rank);
        long[] target = targets.ToInt64s();
        double[] losses = new double[target.Length];
        double weightSum = 0;
        for (int i = 0; i < losses.Length; i++)
        {
            if (target[i] == _ignored)
            {
                continue;
            }

            int chosen = Indexing.Indices.Along(target[i], classes);
            double w = weight?[chosen] ?? 1;
            losses[i] = -w * x[(i / inner * classes + chosen) * inner + i % inner];
            weightSum += w;
        }

        return _reduction switch
        {
            "none" => Reals.Make(losses, targets.Shape, type, context),
            "sum" => Reals.Make([losses.Sum()], Shape.Scalar, type, context),
            _ => Reals.Make([losses.Sum() / weightSum], Shape.Scalar, type, context),
        };
    }
}
