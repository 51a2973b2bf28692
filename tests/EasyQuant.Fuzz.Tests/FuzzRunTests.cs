using EasyQuant.Fuzz.Kit;
using EasyQuant.Fuzz.Targets;
using Xunit;

namespace EasyQuant.Fuzz.Tests;

/// <summary>A run notices everything that a reader must not do, and goes on behind it.</summary>
public sealed class FuzzRunTests
{
    [Fact]
    public void EveryMisdeed_IsADefect()
    {
        Tally tally = new FuzzRun(FuzzTargets.Named("misbehaving"), 1, null) { Patience = TimeSpan.FromSeconds(30) }.Run(MisbehavingTarget.Count, TimeSpan.FromMinutes(5));

        Assert.Equal(1, tally.Ran);
        Assert.Equal(1, tally.Refused);
        Assert.Equal(MisbehavingTarget.Count - 2, tally.Defects);
        string[] findings = [.. tally.Findings.OrderBy(f => f.Value.First).Select(f => f.Key)];
        Assert.Collection(
            findings,
            f => Assert.StartsWith("vague message", f, StringComparison.Ordinal),
            f => Assert.StartsWith("KeyNotFoundException", f, StringComparison.Ordinal),
            f => Assert.Contains("Stack overflow", f, StringComparison.Ordinal),
            f => Assert.StartsWith("it leaves or removes files", f, StringComparison.Ordinal),
            f => Assert.StartsWith("it allocates too much", f, StringComparison.Ordinal),
            f => Assert.StartsWith("OperationCanceledException", f, StringComparison.Ordinal),
            f => Assert.Contains("Process terminated", f, StringComparison.Ordinal),
            f => Assert.Equal("it never ends", f));
    }

    [Fact]
    public void TheSameSeed_MakesTheSameInputs()
    {
        foreach (FuzzTarget target in FuzzTargets.All.Where(t => t.Name is not ("model" or "operators" or "graphs")))
        {
            byte[][] once = [.. Enumerable.Range(0, 5).Select(i => target.Make(new Dice(3, target.Name, i)))];
            byte[][] again = [.. Enumerable.Range(0, 5).Select(i => target.Make(new Dice(3, target.Name, i)))];

            Assert.Equal(once, again);
        }
    }
}
