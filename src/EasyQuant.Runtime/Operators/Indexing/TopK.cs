using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Indexing;

/// <summary>TopK: the k largest or smallest elements along an axis, in order, and where they stand; equals in the order of the input.</summary>
internal sealed class TopK(OperatorSite site) : IOperator
{
    private readonly long _axis = site.Node.GetInt("axis", -1);
    private readonly bool _largest = site.Node.GetInt("largest", 1) != 0;
    private readonly long? _k = site.Opset < 10 ? site.Node.GetInt("k", 0) : null;

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int axis = OperatorInputs.Axis(_axis, x.Shape.Rank);
        long k = _k ?? inputs.Required(1).ToInt64();
        if (k < 0 || k > x.Shape[axis])
        {
            throw new InvalidOperatorInputException($"{k} elements are asked for, but dimension {axis} of {x} has {x.Shape[axis]}.");
        }

        int[] extents = x.Shape.ToArray();
        extents[axis] = (int)k;
        Tensor indices = context.Allocate(DataType.Int64, new Shape(extents));
        IOperator select = new Selection(axis, (int)k, _largest, indices);
        return [select.Run([x], context)[0], indices];
    }

    private sealed class Selection(int axis, int k, bool largest, Tensor indices) : NumberOperator
    {
        protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
        {
            Tensor x = inputs.Required(0);
            Tensor y = context.Allocate(x.Type, indices.Shape);
            int length = x.Shape[axis];
            int inner = x.Shape.Product(axis + 1, x.Shape.Rank);
            context.ForRanges(x.Shape.Product(0, axis) * inner, length, (start, end) =>
            {
                (T Value, int Index)[] lane = new (T, int)[length];
                for (int i = start; i < end; i++)
                {
                    (int outer, int column) = Math.DivRem(i, inner);
                    for (int j = 0; j < length; j++)
                    {
                        lane[j] = (x.AsSpan<T>()[(outer * length + j) * inner + column], j);
                    }

                    Array.Sort(lane, (a, b) => a.Value.CompareTo(b.Value) is int order and not 0 ? (largest ? -order : order) : a.Index.CompareTo(b.Index));
                    for (int j = 0; j < k; j++)
                    {
                        int target = (outer * k + j) * inner + column;
                        y.AsMutableSpan<T>()[target] = lane[j].Value;
                        indices.AsMutableSpan<long>()[target] = lane[j].Index;
                    }
                }
            });
            return y;
        }
    }
}
