using EasyQuant.Kernels.FloatProducts;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>Panels of 32 columns of a right operand, and the product with rows.</summary>
internal sealed unsafe class FloatProduct
{
    private readonly float[] _panels;
    private readonly int _depth;
    private readonly int _columns;

    /// <summary>Packs a right operand whose element (k, n) lies at <c>k · depthStride + n · columnStride</c>.</summary>
    public FloatProduct(ReadOnlySpan<float> b, int depth, int columns, int depthStride, int columnStride)
    {
        (_depth, _columns) = (depth, columns);
        int width = FloatTileKernel.Columns;
        _panels = new float[checked((columns + width - 1) / width * width * depth)];
        for (int n = 0; n < columns && depth > 0; n++)
        {
            Span<float> panel = _panels.AsSpan(n / width * width * depth + n % width);
            for (int k = 0; k < depth; k++)
            {
                panel[k * width] = b[k * depthStride + n * columnStride];
            }
        }
    }

    /// <summary><c>y = clamp(a · b)</c> for strips of rows packed by <see cref="FloatTileKernel.PackStrips"/>, written from element <paramref name="first"/> on.</summary>
    public void Run(float[] strips, int rows, Tensor y, int first, float low, float high, OperatorContext context)
    {
        int panels = (_columns + FloatTileKernel.Columns - 1) / FloatTileKernel.Columns;
        int stripCount = (rows + FloatTileKernel.Rows - 1) / FloatTileKernel.Rows;
        context.ForRanges(panels * stripCount, _depth * 8L, (start, end) =>
        {
            float* noBias = stackalloc float[FloatTileKernel.Rows];
            fixed (float* left = strips, right = _panels, result = y.AsMutableSpan<float>()[first..])
            {
                for (int i = start; i < end; i++)
                {
                    (int panel, int strip) = Math.DivRem(i, stripCount);
                    int column = panel * FloatTileKernel.Columns;
                    int row = strip * FloatTileKernel.Rows;
                    FloatTileKernels.Best.Run(
                        left + row * _depth, right + column * _depth, _depth, noBias, low, high,
                        result + row * _columns + column, _columns, Math.Min(FloatTileKernel.Rows, rows - row), Math.Min(FloatTileKernel.Columns, _columns - column));
                }
            }
        });
    }
}
