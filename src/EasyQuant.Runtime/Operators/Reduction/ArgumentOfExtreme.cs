using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Reduction;

/// <summary>ArgMax, ArgMin: where along an axis the extreme stands, the first or the last of equals.</summary>
internal sealed class ArgumentOfExtreme(OperatorSite site, bool largest) : NumberOperator
{
    private readonly long _axis = site.Node.GetInt("axis", 0);
    private readonly bool _keep = site.Node.GetInt("keepdims", 1) != 0;
    private readonly bool _last = site.Node.GetInt("select_last_index", 0) != 0;

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int axis = OperatorInputs.Axis(_axis, x.Shape.Rank);
        int length = x.Shape[axis];
        int inner = x.Shape.Product(axis + 1, x.Shape.Rank);
        int[] extents = x.Shape.ToArray();
        extents[axis] = 1;
        Tensor y = context.Allocate(DataType.Int64, new Shape(extents));
        if (length == 0)
        {
            throw new InvalidOperatorInputException($"Dimension {axis} of {x} is empty.");
        }

        context.ForRanges(y.Count, length, (start, end) =>
        {
            ReadOnlySpan<T> from = x.AsSpan<T>();
            for (int i = start; i < end; i++)
            {
                int first = i / inner * length * inner + i % inner;
                int best = 0;
                for (int j = 1; j < length; j++)
                {
                    int order = from[first + j * inner].CompareTo(from[first + best * inner]) * (largest ? 1 : -1);
                    best = order > 0 || (order == 0 && _last) ? j : best;
                }

                y.AsMutableSpan<long>()[i] = best;
            }
        });
        return _keep ? y : y.Reshape(new Shape([.. y.Shape.Where((_, d) => d != axis)]));
    }
}
