using Xunit;

namespace EasyQuant.Cli.Tests;

public sealed class UsageTests
{
    public static TheoryData<string> Commands { get; } = ["demo", "inspect", "quantize", "compile", "evaluate", "compare", "run", "bench", "verify"];

    [Fact]
    public void Help_ListsEveryCommand()
    {
        Invocation run = Invocation.Of("--help");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.All(Commands, command => Assert.Contains($"  {command.Data} ", run.Output));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void HelpOfACommand_ShowsItsExamples(string command)
    {
        Invocation run = Invocation.Of(command, "--help");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("Examples:", run.Output);
        Assert.Contains($"  easyquant {command} ", run.Output);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void UnknownOptions_AreWrongUsage_WithASuggestion(string command)
    {
        Invocation run = Invocation.Of(command, "--verbos");

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains("'--verbos' is no option", run.Error);
        Assert.Contains("Did you mean '--verbose'?", run.Error);
    }

    [Fact]
    public void UnknownCommands_AreWrongUsage_WithASuggestion()
    {
        Invocation run = Invocation.Of("verfy");

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains("'verfy' is no command", run.Error);
        Assert.Contains("Did you mean 'verify'?", run.Error);
    }

    [Theory]
    [InlineData]
    [InlineData("bench")]
    [InlineData("quantize", "compile", "model.onnx")]
    public void MissingArguments_AreWrongUsage_WithTheWayToHelp(params string[] arguments)
    {
        Invocation run = Invocation.Of(arguments);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("--help", run.Error);
    }
}
