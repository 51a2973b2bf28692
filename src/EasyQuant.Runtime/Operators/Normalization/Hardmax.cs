using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Normalization;

/// <summary>Hardmax: 1 at the first largest element along an axis, 0 elsewhere.</summary>
/// <remarks>Before version 13 the largest is that of the axis and everything behind it.</remarks>
internal sealed class Hardmax(OperatorSite site) : FloatingPointOperator
{
    private readonly bool _flattens = site.Opset < 13;
    private readonly long _axis = site.Node.GetInt("axis", site.Opset < 13 ? 1 : -1);

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int axis = OperatorInputs.Axis(_axis, x.Shape.Rank);
        int outer = x.Shape.Product(0, axis);
        int inner = _flattens ? 1 : x.Shape.Product(axis + 1, x.Shape.Rank);
        int length = x.Count == 0 ? 0 : x.Count / outer / inner;
        Tensor y = context.Allocate(x.Type, x.Shape);
        Span<T> to = y.AsMutableSpan<T>();
        ReadOnlySpan<T> from = x.AsSpan<T>();
        to.Clear();
        for (int lane = 0; lane < outer * inner && length > 0; lane++)
        {
            int first = lane / inner * length * inner + lane % inner;
            int best = first;
            for (int i = 1; i < length; i++)
            {
                best = from[first + i * inner] > from[best] ? first + i * inner : best;
            }

            to[best] = T.One;
        }

        return y;
    }
}
