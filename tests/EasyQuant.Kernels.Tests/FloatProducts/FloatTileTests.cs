using EasyQuant.Kernels.FloatProducts;
using Xunit;

namespace EasyQuant.Kernels.Tests.FloatProducts;

public sealed unsafe class FloatTileTests
{
    private const int Rows = FloatTileKernel.Rows;
    private const int Columns = FloatTileKernel.Columns;
    private const float Untouched = 12345;

    public static TheoryData<int, int> Parts => [.. from rows in new[] { 1, 5, 8 } from columns in new[] { 1, 15, 16, 17, 31, 32 } select (rows, columns)];

    [Theory]
    [MemberData(nameof(Parts))]
    public void EveryKernel_EqualsTheDoubleSum_AndWritesNothingElse(int rows, int columns)
    {
        const int stride = Columns + 3;
        foreach (int depth in new[] { 0, 1, 7, 64 })
        {
            float[] a = Noise.Floats(1, rows * depth), panel = Noise.Floats(2, depth * Columns), bias = Noise.Floats(3, Rows);
            float[] strip = FloatTileKernel.PackStrips(a, rows, depth, depth, 1);
            foreach (FloatTileKernel kernel in FloatTileKernels.All)
            {
                float[] c = [.. Enumerable.Repeat(Untouched, Rows * stride)];
                fixed (float* s = strip, p = panel, b = bias, target = c)
                {
                    kernel.Run(s, p, depth, b, -0.75f, 0.75f, target, stride, rows, columns);
                }

                for (int i = 0; i < c.Length; i++)
                {
                    (int row, int column) = Math.DivRem(i, stride);
                    double sum = row < rows && column < columns
                        ? Math.Clamp(bias[row] + Enumerable.Range(0, depth).Sum(k => (double)a[row * depth + k] * panel[k * Columns + column]), -0.75, 0.75)
                        : Untouched;
                    Assert.Equal((float)sum, c[i], Noise.Tolerance(depth));
                }
            }
        }
    }

    [Fact]
    public void AllKernels_GiveTheSameBits()
    {
        const int depth = 100;
        float[] strip = Noise.Floats(1, depth * Rows), panel = Noise.Floats(2, depth * Columns), bias = Noise.Floats(3, Rows);
        float[][] results = [.. FloatTileKernels.All.Select(kernel =>
        {
            float[] c = new float[Rows * Columns];
            fixed (float* s = strip, p = panel, b = bias, target = c)
            {
                kernel.Run(s, p, depth, b, float.NegativeInfinity, float.PositiveInfinity, target, Columns, Rows, Columns);
            }

            return c;
        })];

        Assert.All(results, r => Assert.Equal(results[0], r));
    }

    [Fact]
    public void NaN_GoesThroughTheLimits()
    {
        float[] strip = new float[Rows], panel = new float[Columns], bias = new float[Rows], c = new float[Rows * Columns];
        strip[2] = float.NaN;
        foreach (FloatTileKernel kernel in FloatTileKernels.All)
        {
            fixed (float* s = strip, p = panel, b = bias, target = c)
            {
                kernel.Run(s, p, 1, b, 0, 6, target, Columns, Rows, Columns);
            }

            Assert.All(Enumerable.Range(0, c.Length), i => Assert.Equal(i / Columns == 2, float.IsNaN(c[i])));
        }
    }
}
