using System.Text.Json;
using EasyQuant.Data.Arrays;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Cli.Tests;

public sealed class RunCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _input;

    public RunCommandTests()
    {
        _model = SmallModels.WriteUnary(_folder["relu.onnx"], "Relu");
        _input = _folder["input=1.npy"];
        NpyFile.Write(_input, Tensor.From<float>([-1, 2, -3, 4], [1, 4]));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OutputsAreWrittenAsArrays()
    {
        Assert.Equal(ExitCode.Done, Invocation.Of("run", _model, "--input", $"x={_input}", "--output", _folder["out"]).ExitCode);

        Assert.Equal([0, 2, 0, 4], NpyFile.Read(Path.Combine(_folder["out"], "y.npy")).AsSpan<float>().ToArray());
    }

    [Fact]
    public void WithoutAFolder_OutputsAreShown()
    {
        Invocation run = Invocation.Of("run", _model, "--input", _input);

        Assert.Contains("y: f32[1x4]", run.Output);
        Assert.Contains("0, 2, 0, 4", run.Output);
    }

    [Fact]
    public void AnInputOfAnotherShape_IsUnusable()
    {
        NpyFile.Write(_folder["wide.npy"], Tensor.From<float>([1, 2, 3, 4, 5], [1, 5]));

        Invocation run = Invocation.Of("run", _model, "--input", _folder["wide.npy"]);

        Assert.Equal(ExitCode.UnusableInput, run.ExitCode);
        Assert.Contains("expected Nx4", run.Error);
    }

    [Fact]
    public void AnUnknownInput_IsWrongUsage()
    {
        Invocation run = Invocation.Of("run", _model, "--input", $"z={_folder["none.npy"]}");

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("no input 'z'", run.Error);
    }

    [Fact]
    public void Scores_GetTheBestFiveClasses()
    {
        string network = SmallModels.WriteNetwork(_folder["network.onnx"]);
        string samples = SmallModels.WriteSamples(_folder["sample.npy"], count: 1);

        using JsonDocument document = JsonDocument.Parse(Invocation.Of("run", network, "--input", samples, "--json").Output);

        JsonElement output = Assert.Single(document.RootElement.GetProperty("outputs").EnumerateArray());
        double[] scores = [.. output.GetProperty("top").EnumerateArray().Select(t => t.GetProperty("score").GetDouble())];
        Assert.Equal(5, scores.Length);
        Assert.Equal(scores.OrderDescending(), scores);
    }
}
