using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Normalization;

/// <summary>LayerNormalization: rows are all dimensions from an axis on; scale and bias broadcast over a row.</summary>
internal sealed class LayerNormalization(OperatorSite site) : IOperator
{
    private readonly long _axis = site.Node.GetInt("axis", -1);
    private readonly float _epsilon = site.Node.GetFloat("epsilon", 1e-5f);

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int axis = OperatorInputs.Axis(_axis, x.Shape.Rank);
        Shape statistics = new([.. x.Shape.Select((e, d) => d < axis ? e : 1)]);
        Tensor means = context.Allocate(DataType.Float32, statistics);
        Tensor inverses = context.Allocate(DataType.Float32, statistics);
        IOperator rows = new Rows(axis, _epsilon, means, inverses);
        Tensor y = rows.Run([x], context)[0]!;
        y = Affine.Apply(y, inputs.Required(1), inputs.Optional(2), context);
        return [y, means, inverses];
    }

    private sealed class Rows(int axis, float epsilon, Tensor means, Tensor inverses) : FloatingPointOperator
    {
        protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
        {
            Tensor x = inputs.Required(0);
            int length = x.Shape.Product(axis, x.Shape.Rank);
            Tensor y = context.Allocate(x.Type, x.Shape);
            context.ForRanges(means.Count, 4L * length, (start, end) =>
            {
                for (int i = start; i < end; i++)
                {
                    (double mean, double inverse) = MeanVariance.Normalize(x.AsSpan<T>().Slice(i * length, length), y.AsMutableSpan<T>().Slice(i * length, length), epsilon);
                    means.AsMutableSpan<float>()[i] = (float)mean;
                    inverses.AsMutableSpan<float>()[i] = (float)inverse;
                }
            });
            return y;
        }
    }
}
