using EasyQuant.Kernels.IntegerProducts;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerProducts;

public sealed class BytePanelsTests
{
    [Theory]
    [InlineData(1, 4)]
    [InlineData(16, 8)]
    [InlineData(37, 12)]
    public void WriteGroup_LaysOutPlanes_PositionByPosition(int positions, int rowLength)
    {
        byte[] a = TestBytes.Unsigned(5, positions * rowLength);
        byte[] panels = new byte[BytePanels.ByteLength(positions, rowLength)];
        int plane = BytePanels.PlaneLength(positions);
        for (int group = 0; group < BytePanels.Groups(rowLength); group++)
        {
            byte[] planes = new byte[4 * plane];
            for (int i = 0; i < 4 * positions; i++)
            {
                planes[i / positions * plane + i % positions] = a[i % positions * rowLength + 4 * group + i / positions];
            }

            BytePanels.WriteGroup(planes, positions, rowLength, group, panels);
        }

        Assert.Equal(TestBytes.Panels(a, positions, rowLength), panels);
    }

    [Fact]
    public void WriteGroup_RefusesAGroupBehindTheLast() => Assert.Throws<ArgumentOutOfRangeException>(
        () => BytePanels.WriteGroup(new byte[64], 16, 8, 2, new byte[BytePanels.ByteLength(16, 8)]));
}
