using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Indexing;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Detection;

/// <summary>MaxRoiPool: regions of a picture, corners rounded to pixels, cut into a grid; each cell is its largest pixel, 0 where it has none.</summary>
internal sealed class RegionMaxPool(OperatorSite site) : SingleOutputOperator
{
    private readonly long[] _cells = [.. site.Node.GetInts("pooled_shape") ?? []];
    private readonly float _scale = site.Node.GetFloat("spatial_scale", 1);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        (int batch, int channels, int height, int width) = Images.Extents(x);
        Tensor regions = inputs.Required(1);
        if (regions.Shape.Rank != 2 || regions.Shape[1] != 5 || _cells.Length != 2)
        {
            throw new InvalidOperatorInputException($"Regions {regions} for a grid of {_cells.Length} dimensions, expected 5 numbers for each region and 2 dimensions.");
        }

        double[] picture = Reals.Of(x);
        double[] corners = Reals.Of(regions);
        Shape shape = Shape.FromInt64([regions.Shape[0], channels, .. _cells]);
        double[] y = Reals.Zeros(shape);
        for (int i = 0; i < y.Length; i++)
        {
            (int rest, int column) = Math.DivRem(i, shape[3]);
            (rest, int row) = Math.DivRem(rest, shape[2]);
            (int region, int channel) = Math.DivRem(rest, channels);
            ReadOnlySpan<double> r = corners.AsSpan(region * 5, 5);
            int entry = Indices.Along((long)r[0], batch);
            (int top, int bottom) = Cell(r[2], r[4], row, shape[2], height);
            (int left, int right) = Cell(r[1], r[3], column, shape[3], width);
            double largest = top < bottom && left < right ? double.NegativeInfinity : 0;
            for (int h = top; h < bottom; h++)
            {
                for (int w = left; w < right; w++)
                {
                    largest = Math.Max(largest, picture[((entry * channels + channel) * height + h) * width + w]);
                }
            }

            y[i] = largest;
        }

        return Reals.Make(y, shape, x.Type, context);
    }

    // The pixels of a cell along one dimension: [Start, End).
    private (int Start, int End) Cell(double first, double last, int cell, int cells, int extent)
    {
        double start = Math.Round(first * _scale, MidpointRounding.AwayFromZero);
        double size = Math.Max(Math.Round(last * _scale, MidpointRounding.AwayFromZero) - start + 1, 1) / cells;
        return ((int)Math.Clamp(Math.Floor(cell * size) + start, 0, extent), (int)Math.Clamp(Math.Ceiling((cell + 1) * size) + start, 0, extent));
    }
}
