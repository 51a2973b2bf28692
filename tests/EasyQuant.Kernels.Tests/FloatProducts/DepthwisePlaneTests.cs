using EasyQuant.Kernels.FloatProducts;
using Xunit;

namespace EasyQuant.Kernels.Tests.FloatProducts;

public sealed unsafe class DepthwisePlaneTests
{
    [Theory]
    [InlineData(3, 3, 1, 1, 1, 1, 5, 40)]
    [InlineData(3, 3, 2, 2, 1, 1, 4, 17)]
    [InlineData(3, 3, 1, 1, 2, 2, 3, 16)]
    [InlineData(5, 5, 2, 2, 1, 1, 3, 9)]
    [InlineData(1, 4, 3, 2, 1, 3, 6, 33)]
    [InlineData(2, 2, 1, 3, 1, 1, 1, 1)]
    public void Equals_TheSumOverTheTaps(int kernelHeight, int kernelWidth, int strideY, int strideX, int dilationY, int dilationX, int height, int width)
    {
        int inputRows = (height - 1) * strideY + (kernelHeight - 1) * dilationY + 1;
        int inputColumns = (width - 1) * strideX + (kernelWidth - 1) * dilationX + 1;
        int rowStride = (inputColumns + strideX - 1) / strideX + DepthwisePlane.Slack;
        float[] x = Noise.Floats(1, inputRows * inputColumns), w = Noise.Floats(2, kernelHeight * kernelWidth);
        float[] phases = new float[inputRows * strideX * rowStride];
        for (int i = 0; i < x.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, inputColumns);
            phases[(row * strideX + column % strideX) * rowStride + column / strideX] = x[i];
        }

        float[] y = new float[height * width];
        fixed (float* rows = phases, weights = w, output = y)
        {
            DepthwisePlane.Run(rows, rowStride, weights, kernelHeight, kernelWidth, strideY, strideX, dilationY, dilationX, 0.25f, -1, 1, output, height, width);
        }

        for (int o = 0; o < y.Length; o++)
        {
            double sum = 0.25;
            for (int tap = 0; tap < w.Length; tap++)
            {
                int row = o / width * strideY + tap / kernelWidth * dilationY;
                int column = o % width * strideX + tap % kernelWidth * dilationX;
                sum += (double)w[tap] * x[row * inputColumns + column];
            }

            Assert.Equal((float)Math.Clamp(sum, -1, 1), y[o], Noise.Tolerance(w.Length));
        }
    }
}
