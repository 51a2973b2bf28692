using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Normalization;

/// <summary>RMSNormalization: <c>x / √(mean(x²) + epsilon) · scale</c>, rows as in LayerNormalization.</summary>
internal sealed class RootMeanSquareNormalization(OperatorSite site) : FloatingPointOperator
{
    private readonly long _axis = site.Node.GetInt("axis", -1);
    private readonly float _epsilon = site.Node.GetFloat("epsilon", 1e-5f);

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int axis = OperatorInputs.Axis(_axis, x.Shape.Rank);
        int length = x.Shape.Product(axis, x.Shape.Rank);
        Tensor y = context.Allocate(x.Type, x.Shape);
        context.ForRanges(x.Shape.Product(0, axis), 2L * length, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                ReadOnlySpan<T> row = x.AsSpan<T>().Slice(i * length, length);
                double square = 0;
                foreach (T value in row)
                {
                    square += double.CreateChecked(value) * double.CreateChecked(value);
                }

                TensorPrimitives.Multiply(row, T.CreateChecked(1 / Math.Sqrt(square / length + _epsilon)), y.AsMutableSpan<T>().Slice(i * length, length));
            }
        });
        return Affine.Apply(y, inputs.Required(1), null, context);
    }
}
