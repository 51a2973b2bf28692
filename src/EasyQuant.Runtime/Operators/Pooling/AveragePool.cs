using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Reduction;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Pooling;

/// <summary>AveragePool: the mean of each window, over the elements in the input or, if asked, in the padding too.</summary>
internal sealed class AveragePool(OperatorSite site) : FloatingPointOperator
{
    private readonly SpatialWindow _window = new(site);
    private readonly bool _countPadding = site.Node.GetInt("count_include_pad", 0) != 0;

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        WindowWalk walk = _window.Over(x, _window.Kernel ?? throw new InvalidOperatorInputException("Attribute 'kernel_shape' is absent."));
        Tensor sums = Pool.Run<T, Sum>(x, walk, context);
        T[] divisors = Array.ConvertAll(Counts(walk), T.CreateChecked);
        Tensor y = context.Allocate(x.Type, sums.Shape);
        int outputs = divisors.Length;
        context.ForRanges(x.Shape[0] * x.Shape[1], outputs, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                TensorPrimitives.Divide(
                    sums.AsSpan<T>().Slice(i * outputs, outputs), divisors, y.AsMutableSpan<T>().Slice(i * outputs, outputs));
            }
        });
        return y;
    }

    // The number of elements of a window is the product of those along each axis.
    private int[] Counts(WindowWalk walk)
    {
        int[] counts = [1];
        foreach (WindowAxis axis in walk.Axes)
        {
            int[] own = [.. Enumerable.Range(0, axis.Output).Select(o => CountAlong(axis, o))];
            counts = [.. counts.SelectMany(c => own.Select(n => c * n))];
        }

        return counts;
    }

    private int CountAlong(WindowAxis axis, int output)
    {
        (int low, int high) = _countPadding ? (-axis.Before, axis.Input + axis.After) : (0, axis.Input);
        return Enumerable.Range(0, axis.Kernel).Count(k => axis.First(output) + k * axis.Dilation is int i && i >= low && i < high);
    }
}
