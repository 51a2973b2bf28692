using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Resampling;

/// <summary>GridSample: reads a picture or volume at the points of a grid, whose coordinates go from −1 to 1 and begin with the last dimension's.</summary>
internal sealed class GridSample(OperatorSite site) : FloatingPointOperator
{
    private readonly GridAxis _axis = new(site);

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        Tensor grid = inputs.Required(1);
        int spatial = x.Shape.Rank - 2;
        if (spatial < 1 || grid.Shape.Rank != spatial + 2 || grid.Shape[0] != x.Shape[0] || grid.Shape[^1] != spatial || x.Count == 0)
        {
            throw new InvalidOperatorInputException($"A grid {grid} does not fit {x}.");
        }

        int channels = x.Shape[1];
        int plane = x.Shape.Product(2, x.Shape.Rank);
        int points = grid.Shape.Product(1, spatial + 1);
        double[] coordinates = Reals.Of(grid);
        Tensor y = context.Allocate(x.Type, new Shape([x.Shape[0], channels, .. grid.Shape.Skip(1).Take(spatial)]));
        context.ForRanges(x.Shape[0] * points, (long)channels * 16, (start, end) =>
        {
            List<(int Index, double Weight)> taps = [];
            for (int i = start; i < end; i++)
            {
                (int n, int point) = Math.DivRem(i, points);
                taps.Clear();
                taps.Add((0, 1));
                for (int d = 0; d < spatial; d++)
                {
                    taps = Extended(taps, coordinates[i * spatial + spatial - 1 - d], x.Shape[d + 2]);
                }

                for (int c = 0; c < channels; c++)
                {
                    ReadOnlySpan<T> from = x.AsSpan<T>().Slice((n * channels + c) * plane, plane);
                    double sum = 0;
                    foreach ((int index, double weight) in taps)
                    {
                        sum += weight * double.CreateChecked(from[index]);
                    }

                    y.AsMutableSpan<T>()[(n * channels + c) * points + point] = T.CreateChecked(sum);
                }
            }
        });
        return y;
    }

    // The taps of one more dimension: each one so far with each of this dimension's.
    private List<(int Index, double Weight)> Extended(List<(int Index, double Weight)> taps, double coordinate, int extent)
    {
        Span<(int Index, double Weight)> own = stackalloc (int, double)[GridAxis.MostTaps];
        int count = _axis.Taps(coordinate, extent, own);
        List<(int Index, double Weight)> extended = new(taps.Count * count);
        foreach ((int index, double weight) in taps)
        {
            foreach ((int ownIndex, double ownWeight) in own[..count])
            {
                if (ownIndex >= 0)
                {
                    extended.Add((index * extent + ownIndex, weight * ownWeight));
                }
            }
        }

        return extended;
    }
}
