using EasyQuant.Kernels.FloatProducts;
using Xunit;

namespace EasyQuant.Kernels.Tests.FloatProducts;

public sealed unsafe class StridedCopyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TakesEveryNth_ForEveryLength_AndWritesNothingElse(int step)
    {
        for (int length = 0; length <= 70; length++)
        {
            // The source ends with the last element that is wanted.
            float[] source = Noise.Floats(length, Math.Max(1, (length - 1) * step + 1));
            float[] target = new float[length + 1];
            target[length] = 12345;
            fixed (float* from = source, to = target)
            {
                StridedCopy.Run(from, to, length, step);
            }

            Assert.Equal([.. Enumerable.Range(0, length).Select(i => source[i * step]), 12345], target);
        }
    }
}
