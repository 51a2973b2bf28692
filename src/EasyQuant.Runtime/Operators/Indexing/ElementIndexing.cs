using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Shaping;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Indexing;

/// <summary>GatherElements: <c>y[…, i, …] = x[…, index[…, i, …], …]</c> along an axis.</summary>
internal sealed class GatherElements(OperatorSite site) : WordOperator
{
    private readonly long _axis = site.Node.GetInt("axis", 0);

    protected override Tensor?[] Run<TWord>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        Tensor where = inputs.Required(1);
        int[] places = ElementPlaces.Of(x.Shape, where, _axis);
        Tensor y = context.Allocate(x.Type, where.Shape);
        ReadOnlySpan<TWord> from = Elements.Of<TWord>(x);
        Span<TWord> to = Elements.Of<TWord>(y);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = from[places[i]];
        }

        return [y];
    }
}

/// <summary>ScatterElements: a copy of x in which <c>y[…, index[…, i, …], …]</c> is combined with <c>update[…, i, …]</c> along an axis.</summary>
internal sealed class ScatterElements(OperatorSite site) : SingleOutputOperator
{
    private readonly long _axis = site.Node.GetInt("axis", 0);
    private readonly IOperator _scatter = new Scatter(site.Node.GetString("reduction", "none"));

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        int[] places = ElementPlaces.Of(inputs.Required(0).Shape, inputs.Required(1), _axis);
        return _scatter.Run([inputs[0], Tensor.From(places, [places.Length]), inputs.Required(2)], context)[0]!;
    }
}

/// <summary>Where in a tensor the elements lie that an index tensor names along an axis.</summary>
internal static class ElementPlaces
{
    public static int[] Of(Shape shape, Tensor where, long namedAxis)
    {
        int axis = OperatorInputs.Axis(namedAxis, shape.Rank);
        if (where.Shape.Rank != shape.Rank || where.Shape.Where((e, d) => d != axis && e > shape[d]).Any())
        {
            throw new InvalidOperatorInputException($"Indices of shape {where.Shape} do not fit a tensor of shape {shape} along dimension {axis}.");
        }

        int[] strides = StridedCopy.DenseStrides(shape);
        int[] indices = Indices.Along(where, shape[axis]);
        int[] places = new int[indices.Length];
        for (int i = 0; i < places.Length; i++)
        {
            int rest = i;
            int place = indices[i] * strides[axis];
            for (int d = shape.Rank - 1; d >= 0; d--)
            {
                (rest, int index) = Math.DivRem(rest, where.Shape[d]);
                place += d == axis ? 0 : index * strides[d];
            }

            places[i] = place;
        }

        return places;
    }
}

/// <summary>Combines updates with a copy of the first input; the second names the place of each element of the third.</summary>
internal sealed class Scatter(string reduction) : NumberOrBoolOperator
{
    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        ReadOnlySpan<int> places = inputs.Required(1).AsSpan<int>();
        Tensor update = inputs.Required(2);
        if (update.Count != places.Length || update.Type != x.Type)
        {
            throw new InvalidOperatorInputException($"The updates are {update}, expected {places.Length} elements of {x.Type.ShortName()}.");
        }

        Tensor y = context.Allocate(x.Type, x.Shape);
        x.Bytes.Span.CopyTo(Elements.Bytes(y));
        ReadOnlySpan<T> updates = Elements.Of<T>(update);
        Span<T> to = Elements.Of<T>(y);
        for (int i = 0; i < places.Length; i++)
        {
            ref T target = ref to[places[i]];
            target = reduction switch
            {
                "none" => updates[i],
                "add" => target + updates[i],
                "mul" => target * updates[i],
                "max" => T.Max(target, updates[i]),
                "min" => T.Min(target, updates[i]),
                _ => throw new UnsupportedOperatorInputException($"Reduction '{reduction}' is not supported."),
            };
        }

        return y;
    }
}
