using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>Det: the determinant of each matrix, by elimination with the largest pivot of each column.</summary>
internal sealed class Determinant : SingleOutputOperator
{
    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int n = x.Shape.Rank >= 2 && x.Shape[^1] == x.Shape[^2] ? x.Shape[^1] : throw new InvalidOperatorInputException($"{x} holds no square matrices.");
        double[] matrices = Reals.Of(x);
        double[] y = new double[x.Shape.Product(0, x.Shape.Rank - 2)];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Of(matrices.AsSpan(i * n * n, n * n), n);
        }

        return Reals.Make(y, new Shape(x.Shape.Dimensions[..^2]), x.Type, context);
    }

    private static double Of(Span<double> a, int n)
    {
        double determinant = 1;
        for (int column = 0; column < n; column++)
        {
            int pivot = column;
            for (int row = column + 1; row < n; row++)
            {
                pivot = Math.Abs(a[row * n + column]) > Math.Abs(a[pivot * n + column]) ? row : pivot;
            }

            if (a[pivot * n + column] == 0)
            {
                return 0;
            }

            if (pivot != column)
            {
                determinant = -determinant;
                for (int k = 0; k < n; k++)
                {
                    (a[pivot * n + k], a[column * n + k]) = (a[column * n + k], a[pivot * n + k]);
                }
            }

            determinant *= a[column * n + column];
            for (int row = column + 1; row < n; row++)
            {
                double factor = a[row * n + column] / a[column * n + column];
                for (int k = column; k < n; k++)
                {
                    a[row * n + k] -= factor * a[column * n + k];
                }
            }
        }

        return determinant;
    }
}
