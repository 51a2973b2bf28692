using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Indexing;

/// <summary>TensorScatter: a copy of a cache in which, for each batch entry, an update lies along an axis from a position on; circular caches go on at the start.</summary>
internal sealed class CacheUpdate(OperatorSite site) : SingleOutputOperator
{
    private readonly long _axis = site.Node.GetInt("axis", -2);
    private readonly bool _isCircular = site.Node.GetString("mode", "linear") switch
    {
        "linear" => false,
        "circular" => true,
        string other => throw site.Unsupported($"mode '{other}'"),
    };

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor cache = inputs.Required(0);
        Tensor update = inputs.Required(1);
        int axis = OperatorInputs.Axis(_axis, cache.Shape.Rank);
        int batch = cache.Shape[0];
        long[] positions = inputs.Optional(2)?.ToInt64s() ?? new long[batch];
        bool fits = axis > 0 && update.Type == cache.Type && positions.Length == batch && update.Shape.Rank == cache.Shape.Rank
            && update.Shape[axis] <= cache.Shape[axis] && !cache.Shape.Where((e, d) => d != axis && e != update.Shape[d]).Any();
        if (!fits)
        {
            throw new InvalidOperatorInputException($"An update {update} at {positions.Length} positions does not fit a cache {cache} along dimension {axis}.");
        }

        int extent = cache.Shape[axis];
        int steps = update.Shape[axis];
        int perEntry = cache.Shape.Product(1, axis);
        int slice = cache.Shape.Product(axis + 1, cache.Shape.Rank) * Indices.BytesPerElement(cache);
        Tensor y = context.Allocate(cache.Type, cache.Shape);
        cache.Bytes.Span.CopyTo(Elements.Bytes(y));
        for (int i = 0; i < batch * perEntry * steps; i++)
        {
            (int outer, int step) = Math.DivRem(i, steps);
            long position = positions[outer / perEntry] + step;
            int at = Indices.Along(_isCircular && position >= 0 ? position % extent : position, extent);
            update.Bytes.Span.Slice(i * slice, slice).CopyTo(Elements.Bytes(y)[((outer * extent + at) * slice)..]);
        }

        return y;
    }
}
