using System.Diagnostics;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Cli.Tests.AtomicWrites;

public sealed class FullDiskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _network;
    private readonly string _samples;
    private readonly string _quantized;

    public FullDiskTests()
    {
        _network = SmallModels.WriteNetwork(_folder["network.onnx"]);
        _samples = SmallModels.WriteSamples(_folder["samples.npy"], count: 4);
        _quantized = _folder["network.int8.onnx"];
        Assert.Equal(ExitCode.Done, Invocation.Of("quantize", _network, "-o", _quantized, "--calibration", _samples, "--method", "minmax").ExitCode);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AModelThatDoesNotFit_LeavesTheOldOne_AndIsUnusableInput() =>
        AssertKept(_quantized, largestKiB: 1, "quantize", _network, "-o", _quantized, "--calibration", _samples, "--method", "kl");

    [Fact]
    public void APreparedModelThatDoesNotFit_LeavesTheOldOne()
    {
        string prepared = _folder["network.eqm"];
        Assert.Equal(ExitCode.Done, Invocation.Of("compile", _quantized, "-o", prepared).ExitCode);
        AssertKept(prepared, largestKiB: 1, "compile", _quantized, "-o", prepared);
    }

    [Fact]
    public void AReportThatDoesNotFit_LeavesTheOldOne()
    {
        string report = _folder["report.html"];
        File.WriteAllText(report, "old");
        AssertKept(report, largestKiB: 16, "quantize", _network, "-o", _quantized, "--calibration", _samples, "--method", "minmax", "--report", report);
    }

    private void AssertKept(string path, int largestKiB, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs the shell's limit of file sizes");
        byte[] before = File.ReadAllBytes(path);
        string[] files = Directory.GetFiles(_folder.Path, "*", new EnumerationOptions { AttributesToSkip = 0 });

        // The signal that a too large file raises is turned off, so that writing fails as on a full disk.
        ProcessStartInfo start = new("bash") { RedirectStandardError = true, RedirectStandardOutput = true };
        string[] shell = ["-c", $"trap '' XFSZ; ulimit -f {largestKiB}; exec \"$@\"", "bash", Path.Combine(AppContext.BaseDirectory, "easyquant")];
        Array.ForEach([.. shell, .. arguments], start.ArgumentList.Add);

        // The runtime keeps its machine code in a file without a name, which the limit would meet too.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using Process process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.Contains($"'{path}' cannot be written", error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.UnusableInput, process.ExitCode);
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal(files.Order(), Directory.GetFiles(_folder.Path, "*", new EnumerationOptions { AttributesToSkip = 0 }).Order());
    }
}
