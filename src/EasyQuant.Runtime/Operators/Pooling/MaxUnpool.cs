using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Pooling;

/// <summary>MaxUnpool: puts what a MaxPool has taken back where it took it from; everything else is zero.</summary>
/// <remarks>The indices are those into the smallest input that the pool can have had, also where a larger output is asked for.</remarks>
internal sealed class MaxUnpool(OperatorSite site) : SingleOutputOperator
{
    private readonly long[] _kernel = [.. site.Node.GetInts("kernel_shape") ?? []];
    private readonly long[]? _strides = site.Node.GetInts("strides")?.ToArray();
    private readonly long[]? _pads = site.Node.GetInts("pads")?.ToArray();

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        long[] indices = inputs.Required(1).ToInt64s();
        int rank = x.Shape.Rank - 2;
        if (rank < 1 || _kernel.Length != rank || indices.Length != x.Count
            || (_strides is not null && _strides.Length != rank) || (_pads is not null && _pads.Length != 2 * rank))
        {
            throw new InvalidOperatorInputException($"{x}, indices {inputs[1]} and a window of {rank} dimensions do not fit together.");
        }

        long[] extents = x.Shape.ToInt64Array();
        for (int d = 0; d < rank; d++)
        {
            extents[d + 2] = checked((extents[d + 2] - 1) * (_strides?[d] ?? 1) + _kernel[d] - (_pads?[d] ?? 0) - (_pads?[d + rank] ?? 0));
        }

        Shape smallest = Shape.FromInt64(extents);
        Shape shape = inputs.Optional(2) is { } wanted ? Shape.FromInt64(wanted.ToInt64s()) : smallest;
        if (shape.Rank != smallest.Rank || smallest.Where((e, d) => e > shape[d]).Any())
        {
            throw new InvalidOperatorInputException($"The output shall be {shape}, expected at least {smallest}.");
        }

        double[] from = Reals.Of(x);
        double[] y = Reals.Zeros(shape);
        for (int i = 0; i < from.Length; i++)
        {
            long rest = Indexing.Indices.Along(indices[i], checked((int)smallest.ElementCount));
            int place = 0;
            int scale = 1;
            for (int d = smallest.Rank - 1; d >= 0; d--)
            {
                (rest, long index) = Math.DivRem(rest, smallest[d]);
                place += (int)index * scale;
                scale *= shape[d];
            }

            y[place] = from[i];
        }

        return Reals.Make(y, shape, x.Type, context);
    }
}
