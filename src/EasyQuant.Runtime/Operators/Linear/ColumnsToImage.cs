using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>Col2Im: adds up the windows that a convolution would read, each a column, to the picture they come from.</summary>
internal sealed class ColumnsToImage(OperatorSite site) : SingleOutputOperator
{
    private readonly SpatialWindow _window = new(site);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        Shape image = Shape.FromInt64(inputs.Required(1).ToInt64s());
        Shape block = Shape.FromInt64(inputs.Required(2).ToInt64s());
        WindowWalk walk = _window.Over([1, 1, .. image], block.Dimensions);
        int taps = walk.KernelCount;
        if (x.Shape.Rank != 3 || taps == 0 || x.Shape[1] % taps != 0 || x.Shape[2] != walk.OutputCount)
        {
            throw new InvalidOperatorInputException($"{x} does not hold {walk.OutputCount} windows of {block} in a picture of {image}.");
        }

        Shape shape = [x.Shape[0], x.Shape[1] / taps, .. image];
        double[] columns = Reals.Of(x);
        double[] y = Reals.Zeros(shape);
        int windows = walk.OutputCount;
        int plane = walk.InputCount;
        for (int i = 0; i < columns.Length; i++)
        {
            (int row, int window) = Math.DivRem(i, windows);
            (int channel, int tap) = Math.DivRem(row, taps);
            int target = walk.Source(window, tap);
            if (target >= 0)
            {
                y[channel * plane + target] += columns[i];
            }
        }

        return Reals.Make(y, shape, x.Type, context);
    }
}
