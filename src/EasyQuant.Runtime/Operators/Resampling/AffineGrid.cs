using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Resampling;

/// <summary>AffineGrid: for each point of a picture or volume where a transformation of [−1, 1]ⁿ takes it, <c>θ · (x, y[, z], 1)</c>.</summary>
internal sealed class AffineGrid(OperatorSite site) : SingleOutputOperator
{
    private readonly bool _alignsCorners = site.Node.GetInt("align_corners", 0) != 0;

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor theta = inputs.Required(0);
        Shape size = Shape.FromInt64(inputs.Required(1).ToInt64s());
        int spatial = size.Rank - 2;
        if (spatial is not (2 or 3) || theta.Shape != new Shape(size[0], spatial, spatial + 1))
        {
            throw new InvalidOperatorInputException($"Transformations {theta} do not fit an output of shape {size}.");
        }

        Shape shape = new([size[0], .. size.Skip(2), spatial]);
        double[] matrix = Reals.Of(theta);
        double[] grid = Reals.Zeros(shape);
        int points = size.Product(2, size.Rank);
        Span<double> point = stackalloc double[spatial + 1];
        point[spatial] = 1;
        for (int i = 0; i < size[0] * points; i++)
        {
            // Coordinates are in the reverse order of dimensions.
            int rest = i % points;
            for (int d = 0; d < spatial; d++)
            {
                (rest, int index) = Math.DivRem(rest, size[^(d + 1)]);
                point[d] = Coordinate(index, size[^(d + 1)]);
            }

            for (int row = 0; row < spatial; row++)
            {
                for (int column = 0; column <= spatial; column++)
                {
                    grid[i * spatial + row] += matrix[(i / points * spatial + row) * (spatial + 1) + column] * point[column];
                }
            }
        }

        return Reals.Make(grid, shape, theta.Type, context);
    }

    private double Coordinate(int index, int extent) =>
        _alignsCorners ? (extent > 1 ? -1 + 2.0 * index / (extent - 1) : 0) : (2.0 * index + 1) / extent - 1;
}
