using EasyQuant.Quantization.Algorithms.ScaleSearch;
using Xunit;

namespace EasyQuant.Quantization.Tests.Algorithms.ScaleSearch;

public sealed class ScaleGridTests
{
    [Theory]
    [InlineData(EasyQuantPreset.Paper)]
    [InlineData(EasyQuantPreset.Repo)]
    public void ARefinement_StaysNearThePresentStep_WhereverTheSearchStarted(EasyQuantPreset preset)
    {
        const float start = 0.7f, present = 0.4f;
        foreach (float[] grid in (float[][])[ScaleGrid.ForWeights(preset, start, present, isRefinement: true), ScaleGrid.ForActivations(preset, start, present, isRefinement: true)])
        {
            Assert.Equal(present, grid[0]);
            Assert.InRange(grid.Length, 40, 41);
            Assert.Equal(present / 0.8f, grid.Max(), 1e-6f);
            Assert.Equal(present / 1.2f, grid.Min(), 1e-6f);
            Assert.Equal(grid.Length, grid.Distinct().Count());
        }
    }

    [Fact]
    public void AFirstSweep_CoversThePapersRange()
    {
        float[] grid = ScaleGrid.ForWeights(EasyQuantPreset.Paper, 0.7f, 0.4f);

        Assert.Equal(0.4f, grid[0]);
        Assert.Equal(101, grid.Length);
        Assert.Equal(0.7f / 0.5f, grid.Max(), 1e-6f);
        Assert.Equal(0.7f / 2, grid.Min(), 1e-6f);
    }
}
