using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Normalization;

/// <summary>LpNormalization: <c>x / Σ |x|</c> or <c>x / √(Σ x²)</c> along an axis; zero where the sum is.</summary>
internal sealed class PowerNormalization(OperatorSite site) : SingleOutputOperator
{
    private readonly long _axis = site.Node.GetInt("axis", -1);
    private readonly bool _isSquare = site.Node.GetInt("p", 2) switch
    {
        1 => false,
        2 => true,
        long other => throw site.Unsupported($"p {other}, expected 1 or 2"),
    };

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int axis = OperatorInputs.Axis(_axis, x.Shape.Rank);
        int length = x.Shape[axis];
        int inner = x.Shape.Product(axis + 1, x.Shape.Rank);
        double[] y = Reals.Of(x);
        for (int lane = 0; lane < x.Shape.Product(0, axis) * inner; lane++)
        {
            int first = lane / inner * length * inner + lane % inner;
            double sum = 0;
            for (int i = 0; i < length; i++)
            {
                double value = y[first + i * inner];
                sum += _isSquare ? value * value : Math.Abs(value);
            }

            double norm = _isSquare ? Math.Sqrt(sum) : sum;
            for (int i = 0; i < length; i++)
            {
                y[first + i * inner] = norm == 0 ? 0 : y[first + i * inner] / norm;
            }
        }

        return Reals.Make(y, x.Shape, x.Type, context);
    }
}
