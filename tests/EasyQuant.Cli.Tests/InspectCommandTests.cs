using System.Text.Json;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Cli.Tests;

public sealed class InspectCommandTests
{
    [Fact]
    public void AModelThatCannotBeRun_IsStillDescribed()
    {
        using TemporaryFolder folder = new();
        string model = SmallModels.WriteUnary(folder["unknown.onnx"], "NoSuchOperator");

        Invocation run = Invocation.Of("inspect", model);

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("in   x: f32[Nx4]", run.Output);
        Assert.Contains("1 NoSuchOperator", run.Output);
        Assert.Contains("nothing to quantize", run.Output);
    }

    [Fact]
    public void SqueezeNet_HasItsPublishedCost()
    {
        string model = Assets.PathOrSkip("models", "squeezenet1.1.onnx");

        using JsonDocument document = JsonDocument.Parse(Invocation.Of("inspect", model, "--json").Output);

        // Iandola et al. 2016, as measured by torchvision: 1.24 million parameters, 0.35 billion multiply-accumulates.
        JsonElement report = document.RootElement;
        Assert.InRange(report.GetProperty("parameters").GetInt64(), 1_230_000, 1_240_000);
        Assert.InRange(report.GetProperty("macs").GetInt64(), 345_000_000, 355_000_000);
        Assert.Equal(26, report.GetProperty("layers").GetArrayLength());
        Assert.All(report.GetProperty("layers").EnumerateArray(), l => Assert.Equal("quantizable", l.GetProperty("state").GetString()));
    }
}
