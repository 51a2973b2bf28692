using EasyQuant.Kernels.FloatProducts;
using Xunit;

namespace EasyQuant.Kernels.Tests.FloatProducts;

public sealed unsafe class BlockTransposeTests
{
    [Fact]
    public void ChannelsStandSideBySide_AndComeBack_ForEveryCount()
    {
        for (int channels = 1; channels <= 16; channels++)
        {
            foreach (int pixels in new[] { 1, 3, 4, 5, 11, 16 })
            {
                int stride = pixels + 2;
                float[] planes = Noise.Floats(pixels, channels * stride);
                float[] blocked = Noise.Floats(7, pixels * 16), back = [.. planes.Select(_ => 12345f)];
                fixed (float* from = planes, middle = blocked, to = back)
                {
                    BlockTranspose.ToBlocked(from, stride, channels, pixels, middle);
                    BlockTranspose.ToPlanes(middle, to, stride, channels, pixels);
                }

                Assert.All(Enumerable.Range(0, blocked.Length), i => Assert.Equal(i % 16 < channels ? planes[i % 16 * stride + i / 16] : 0, blocked[i]));
                Assert.All(Enumerable.Range(0, back.Length), i => Assert.Equal(i % stride < pixels ? planes[i] : 12345, back[i]));
            }
        }
    }
}
