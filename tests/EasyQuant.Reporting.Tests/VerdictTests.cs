using Xunit;

namespace EasyQuant.Reporting.Tests;

public sealed class VerdictTests
{
    [Theory]
    [InlineData(0.9999, null, VerdictKind.Good)]
    [InlineData(0.9999, 98.0, VerdictKind.Good)]
    [InlineData(0.9999, 90.0, VerdictKind.Fair)]
    [InlineData(0.99, 100.0, VerdictKind.Fair)]
    [InlineData(0.5, 100.0, VerdictKind.Bad)]
    [InlineData(double.NaN, null, VerdictKind.Bad)]
    public void TheVerdict_IsGood_OnlyWhereOutputsAndClassesAgree(double cosine, double? agreement, VerdictKind expected)
    {
        Assert.Equal(expected, Verdict.OfOutputs(cosine, agreement).Kind);
    }

    [Theory]
    [InlineData(true, VerdictKind.Good)]
    [InlineData(false, VerdictKind.Bad)]
    public void AStatedTarget_IsMetOrMissed(bool met, VerdictKind expected)
    {
        Assert.Equal(expected, Verdict.OfTarget(met, "Drop of 0.1 points, at most 0.2 wanted.").Kind);
    }
}
