using System.Text.Json;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Cli.Tests;

public sealed class EvaluateTaskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void YoloxNano_FindsWhatItsAuthorsSay_AndItsDocumentHasEveryKey()
    {
        string pictures = Assets.PathOrSkip("images", "coco128");
        string model = Assets.PathOrSkip("models", "yolox_nano.onnx");

        Invocation run = Invocation.Of("evaluate", model, "--task", "detect", "--data", pictures, "--boxes", Path.Combine(pictures, "boxes.csv"), "--preprocess", "yolox", "--json");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        JsonElement document = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(["task", "samples", "pictures", "rows"], document.EnumerateObject().Select(p => p.Name));
        JsonElement row = Assert.Single(document.GetProperty("rows").EnumerateArray());
        Assert.Equal(["model", "method", "bits", "ap", "ap50", "intervals", "differences", "cosine", "sqnrDb", "bytes"], row.EnumerateObject().Select(p => p.Name));

        // 25.8 on the 5,000 pictures of val2017; these are 64 that it was trained on. A wrong order of colours or frame costs half of it.
        Assert.InRange(row.GetProperty("ap").GetDouble(), 38, 44);
        Assert.Equal(0, row.GetProperty("differences").GetProperty("ap").GetProperty("value").GetDouble());
        double[] interval = [.. row.GetProperty("intervals").GetProperty("ap").EnumerateArray().Select(e => e.GetDouble())];
        Assert.InRange(row.GetProperty("ap").GetDouble(), interval[0], interval[1]);
    }

    [Fact]
    public void Upscaling_PrintsTheBaseline()
    {
        Invocation run = Invocation.Of("evaluate", WriteUpscaler(), "--task", "upscale", "--data", WritePicture("p/a.pgm", 40), "--preprocess", "luminance");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("bicubic", run.Output);
        Assert.Contains("PSNR dB", run.Output);
    }

    [Fact]
    public void APictureThatIsTooSmallForTheScale_IsUnusableInput()
    {
        Invocation run = Invocation.Of("evaluate", WriteUpscaler(), "--task", "upscale", "--data", WritePicture("p/small.pgm", 12), "--preprocess", "luminance");

        Assert.Equal(ExitCode.UnusableInput, run.ExitCode);
        Assert.Contains("small.pgm", run.Error);
        Assert.Contains("at least 24 pixels", run.Error);
    }

    [Fact]
    public void OnePersonOnly_IsUnusableInput()
    {
        string model = SmallModels.WriteNetwork(_folder["network.onnx"]);
        WritePicture("p/ann/1.pgm", 8);

        Invocation run = Invocation.Of("evaluate", model, "--task", "verify", "--data", WritePicture("p/ann/2.pgm", 8, below: 2), "--preprocess", "face");

        Assert.Equal(ExitCode.UnusableInput, run.ExitCode);
        Assert.Contains("one person", run.Error);
        Assert.Contains("folder of their own", run.Error);
    }

    [Theory]
    [InlineData(ExitCode.WrongUsage, "--task detect needs --boxes", "--task", "detect")]
    [InlineData(ExitCode.UnusableInput, "There is no box file 'none.csv'", "--task", "detect", "--boxes", "none.csv")]
    [InlineData(ExitCode.WrongUsage, "--boxes does not go with --task classify", "--boxes", "none.csv")]
    [InlineData(ExitCode.WrongUsage, "--labels does not go with --task upscale", "--task", "upscale", "--labels", "labels.csv")]
    [InlineData(ExitCode.WrongUsage, "segment", "--task", "segment")]
    public void WhatATaskLacksOrDoesNotTake_IsSaid(int exitCode, string expected, params string[] options)
    {
        string model = SmallModels.WriteNetwork(_folder["network.onnx"]);

        Invocation run = Invocation.Of(["evaluate", model, "--data", WritePicture("p/a.pgm", 8), "--preprocess", "yolox", .. options]);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(expected, run.Error);
    }

    private string WritePicture(string name, int size, int below = 1) => TaskFiles.WritePicture(_folder[name], size, below);

    private string WriteUpscaler() => TaskFiles.WriteUpscaler(_folder["upscaler.onnx"]);
}
