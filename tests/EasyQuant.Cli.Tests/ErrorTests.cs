using System.Diagnostics;
using EasyQuant.Cli.Terminal;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Cli.Tests;

public sealed class ErrorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AMissingModel_IsUnusableInput_InOneLine()
    {
        Invocation run = Invocation.Of("bench", _folder["none.onnx"]);

        Assert.Equal(ExitCode.UnusableInput, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.StartsWith($"error: '{_folder["none.onnx"]}'", run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void TextNamedOnnx_IsUnusableInput()
    {
        File.WriteAllText(_folder["text.onnx"], "This is no model.");

        Assert.Equal(ExitCode.UnusableInput, Invocation.Of("bench", _folder["text.onnx"]).ExitCode);
    }

    [Fact]
    public void AModelThatIsCutOff_IsUnusableInput()
    {
        string model = SmallModels.WriteNetwork(_folder["whole.onnx"]);
        File.WriteAllBytes(_folder["cut.onnx"], File.ReadAllBytes(model)[..2000]);

        Invocation run = Invocation.Of("inspect", _folder["cut.onnx"]);

        Assert.Equal(ExitCode.UnusableInput, run.ExitCode);
        Assert.Contains("cut off", run.Error);
        Assert.Equal(ExitCode.UnusableInput, Invocation.Of("inspect", _folder.Path).ExitCode);
    }

    [Fact]
    public void Verbose_ShowsWhereAnErrorComesFrom() =>
        Assert.Contains("   at EasyQuant.", Invocation.Of("bench", _folder["none.onnx"], "--verbose").Error);

    [Fact]
    public void Cancellation_EndsWith130()
    {
        string model = SmallModels.WriteUnary(_folder["relu.onnx"], "Relu");

        Invocation run = Invocation.Of(new CancellationToken(canceled: true), "bench", model);

        Assert.Equal(ExitCode.Cancelled, run.ExitCode);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public void AnUnknownInstructionSet_IsWrongUsage_WithTheChoices()
    {
        // The variable belongs to a process, so this takes one.
        ProcessStartInfo start = new("dotnet", [typeof(CommandLine).Assembly.Location, "inspect", _folder["none.onnx"]]) { RedirectStandardError = true };
        start.Environment["EASYQUANT_ISA"] = "sse9";

        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(ExitCode.WrongUsage, process.ExitCode);
        Assert.Contains("EASYQUANT_ISA is 'sse9', expected one of avx512vnni", error);
    }

    [Fact]
    public void FaultsOfOurs_AskForAReport()
    {
        using StringWriter error = new();

        int exitCode = ErrorReport.Write(new InvalidOperationException("broken"), new TerminalStreams(TextWriter.Null, error), verbose: false, CancellationToken.None);

        Assert.Equal(ExitCode.Bug, exitCode);
        Assert.Contains("Please report it", error.ToString());
        Assert.Contains("broken", error.ToString());
    }
}
