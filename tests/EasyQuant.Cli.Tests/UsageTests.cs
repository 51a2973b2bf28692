using Xunit;

namespace EasyQuant.Cli.Tests;

public sealed class UsageTests
{
    [Fact]
    public void Help_GoesToStandardOutput_AndSucceeds()
    {
        Invocation run = Invocation.Of("--help");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("Usage:", run.Output);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public void UnknownOption_IsWrongUsage_WithASuggestion()
    {
        Invocation run = Invocation.Of("--verbos");

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains("Did you mean '--verbose'?", run.Error);
    }
}
