using EasyQuant.Runtime.Inference.Execution;
using Xunit;

namespace EasyQuant.Quantization.Tests.Inference;

public sealed class WordWindowsTests
{
    private const int PanelBytes = 64;

    [Theory]
    [InlineData(63, 63, 4)]
    [InlineData(127, 63, 2)]
    [InlineData(127, 127, 1)]
    [InlineData(255, 127, 0)]
    public void WhereAllWeightsAreAsLargeAsCanBe_ThePeriodIsTheWorstCase(int largestInput, int weight, int period)
    {
        sbyte[] weights = new sbyte[24 * PanelBytes];
        Array.Fill(weights, (sbyte)weight);

        Assert.Equal(period, WordWindows.Find(weights, panels: 1, 0, largestInput).Period);
    }

    [Fact]
    public void MoreGroupsThanCouldBeArrangedInTime_StayAsTheyAre()
    {
        const int groups = (1 << 16) + 1;

        WordWindows windows = WordWindows.Find(new sbyte[groups * PanelBytes], panels: 1, 0, 255);

        Assert.Equal(1, windows.Period);
        Assert.Equal(Enumerable.Range(0, groups), windows.Order);
    }

    [Theory]
    [InlineData(0, 127)]
    [InlineData(0, 63)]
    [InlineData(65, 191)]
    [InlineData(0, 255)]
    public void NoInputOfTheRange_LeavesSixteenBits(int minimum, int maximum)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Random random = new(seed);
            int panels = 1 + seed % 2, groups = 1 + 3 * seed;
            sbyte[] weights = [.. Enumerable.Range(0, panels * groups * PanelBytes).Select(_ => (sbyte)random.Next(-63, 64))];

            WordWindows windows = WordWindows.Find(weights, panels, minimum, maximum);

            Assert.Equal(Enumerable.Range(0, groups), windows.Order.Where(g => g != WordWindows.Filler).Order());
            foreach (int[] window in windows.Period == 0 ? [] : windows.Order.Chunk(windows.Period))
            {
                int[] present = [.. window.Where(g => g != WordWindows.Filler)];
                for (int panel = 0; panel < panels; panel++)
                {
                    for (int lane = 0; lane < PanelBytes; lane += 2)
                    {
                        sbyte[] laneWeights = [.. present.SelectMany(g => weights.AsSpan((panel * groups + g) * PanelBytes + lane, 2).ToArray())];
                        Assert.InRange(laneWeights.Sum(w => w > 0 ? w * maximum : w * minimum), short.MinValue, short.MaxValue);
                        Assert.InRange(laneWeights.Sum(w => w > 0 ? w * minimum : w * maximum), short.MinValue, short.MaxValue);
                    }
                }
            }
        }
    }

    [Fact]
    public void Order_MakesWindowsLonger_ThanThoseOfNeighbours()
    {
        // Heavy groups side by side: two neighbours do not fit together, a heavy and a light one do.
        sbyte[] weights = new sbyte[16 * PanelBytes];
        Array.Fill(weights, (sbyte)120, 0, 8 * PanelBytes);
        Array.Fill(weights, (sbyte)4, 8 * PanelBytes, 8 * PanelBytes);

        Assert.Equal(2, WordWindows.Find(weights, panels: 1, 0, 130).Period);
    }
}
