using System.Text.Json;
using EasyQuant.Data.Arrays;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Cli.Tests;

public sealed class CompileCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _quantized;
    private readonly string _samples;
    private readonly string _prepared;

    public CompileCommandTests()
    {
        string network = SmallModels.WriteNetwork(_folder["network.onnx"]);
        _samples = SmallModels.WriteSamples(_folder["samples.npy"], count: 4);
        (_quantized, _prepared) = (_folder["network.int8.onnx"], _folder["network.eqm"]);
        Assert.Equal(ExitCode.Done, Invocation.Of("quantize", network, "-o", _quantized, "--calibration", _samples, "--method", "minmax").ExitCode);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryCommandThatRunsModels_TakesThePreparedOne_AndComputesTheSame()
    {
        Assert.Equal(ExitCode.Done, Invocation.Of("compile", _quantized, "-o", _prepared).ExitCode);
        string sample = SmallModels.WriteSamples(_folder["sample.npy"], count: 1);

        Assert.Equal(ExitCode.Done, Invocation.Of("run", _prepared, "--input", sample, "--output", _folder["prepared"]).ExitCode);
        Assert.Equal(ExitCode.Done, Invocation.Of("run", _quantized, "--input", sample, "--output", _folder["onnx"], "--engine", "integer").ExitCode);
        string output = Assert.Single(Directory.GetFiles(_folder["onnx"]));
        Assert.Equal(
            NpyFile.Read(output).AsSpan<float>().ToArray(),
            NpyFile.Read(Path.Combine(_folder["prepared"], Path.GetFileName(output))).AsSpan<float>().ToArray());

        using JsonDocument evaluated = JsonDocument.Parse(Invocation.Of("evaluate", _quantized, _prepared, "--data", _samples, "--engine", "integer", "--json").Output);
        Assert.Equal(100, evaluated.RootElement.GetProperty("rows")[1].GetProperty("agreement").GetDouble());
        Assert.Equal(JsonValueKind.Null, evaluated.RootElement.GetProperty("rows")[1].GetProperty("sqnrDb").ValueKind);

        using JsonDocument timed = JsonDocument.Parse(Invocation.Of("bench", _prepared, "--seconds", "0.01", "--json").Output);
        Assert.Equal("integer", timed.RootElement.GetProperty("rows")[0].GetProperty("engine").GetString());

        using JsonDocument inspected = JsonDocument.Parse(Invocation.Of("inspect", _prepared, "--json").Output);
        Assert.All(inspected.RootElement.GetProperty("layers").EnumerateArray(), l => Assert.Equal("quantized", l.GetProperty("state").GetString()));
    }

    [Fact]
    public void ThePlan_HasALineForEachLayer()
    {
        using JsonDocument document = JsonDocument.Parse(Invocation.Of("inspect", _quantized, "--plan", "--json").Output);

        JsonElement[] lines = [.. document.RootElement.GetProperty("plan").EnumerateArray()];
        Assert.Equal(["layer", "method", "isa", "tile", "widening", "parameterBytes", "outputBytes", "macs"], lines[0].EnumerateObject().Select(p => p.Name));

        // 3 to 8 channels at 6 x 6 positions, 8 to 8 at 4 x 4, 128 to 6.
        Assert.Equal([216 * 36, 576 * 16, 768], lines.Select(l => l.GetProperty("macs").GetInt32()).Where(m => m > 0));
        Assert.Equal(["Conv 'conv1'", "Conv 'conv2'", "Gemm 'head'"], lines.Where(l => l.GetProperty("macs").GetInt32() > 0).Select(l => l.GetProperty("layer").GetString()));
        Assert.Contains("Conv 'conv1'", Invocation.Of("inspect", _quantized, "--plan").Output);
    }

    [Fact]
    public void ThePlan_IsOfQuantizedModels()
    {
        Invocation run = Invocation.Of("inspect", _folder["network.onnx"], "--plan");

        Assert.Equal(ExitCode.UnusableInput, run.ExitCode);
        Assert.Contains("not quantized", run.Error);
    }

    [Fact]
    public void Json_SaysWhatWasWritten()
    {
        Invocation run = Invocation.Of("compile", _quantized, "-o", _prepared, "--json");

        using JsonDocument document = JsonDocument.Parse(run.Output);
        Assert.Equal(["model", "output", "bytesBefore", "bytesAfter", "nodes", "floatNodes"], document.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal(new FileInfo(_prepared).Length, document.RootElement.GetProperty("bytesAfter").GetInt64());
    }

    [Fact]
    public void FloatModels_AreRefused()
    {
        Invocation run = Invocation.Of("compile", _folder["network.onnx"], "-o", _prepared);

        Assert.Equal(ExitCode.UnusableInput, run.ExitCode);
        Assert.Contains("easyquant quantize", run.Error);
        Assert.False(File.Exists(_prepared));
    }

    [Fact]
    public void ADamagedFile_IsRefused()
    {
        Assert.Equal(ExitCode.Done, Invocation.Of("compile", _quantized, "-o", _prepared).ExitCode);
        byte[] bytes = File.ReadAllBytes(_prepared);
        bytes[^70] ^= 1;
        File.WriteAllBytes(_prepared, bytes);

        Invocation run = Invocation.Of("bench", _prepared);

        Assert.Equal(ExitCode.UnusableInput, run.ExitCode);
        Assert.Contains($"'{_prepared}'", run.Error);
        Assert.Contains("damaged", run.Error);
    }

    [Fact]
    public void AnUnknownEngine_IsWrongUsage()
    {
        Invocation run = Invocation.Of("run", _quantized, "--input", _samples, "--engine", "fast");

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("'fast'", run.Error);
    }
}
