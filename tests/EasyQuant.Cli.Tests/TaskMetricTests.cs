using System.Text.Json;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Cli.Tests;

/// <summary>The task's own metric in <c>sensitivity</c> and in the search for a stated loss.</summary>
public sealed class TaskMetricTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ATargetInAveragePrecision_IsJudgedByTheFigureThatEvaluateShows()
    {
        (string model, string calibration, string data) = (TaskFiles.WriteDetector(_folder["detector.onnx"]), TaskFiles.WriteBlocks(_folder["calibration"], 6, 1), TaskFiles.WriteBlocks(_folder["data"], 24, 2));
        string[] task = ["--task", "detect", "--data", data, "--boxes", Path.Combine(data, "boxes.csv")];

        JsonElement target = Json(ExitCode.Done, ["quantize", model, "-o", _folder["out.onnx"], "--calibration", calibration, "--preprocess", "yolox", "--method", "minmax", "--target-drop", "30", "--trials", "3", "--json", .. task])
            .GetProperty("target");

        JsonElement[] rows = [.. Json(ExitCode.Done, ["evaluate", model, _folder["out.onnx"], .. task, "--engine", "integer", "--json"]).GetProperty("rows").EnumerateArray()];
        JsonElement difference = rows[1].GetProperty("differences").GetProperty("ap");
        Assert.Equal("ap", target.GetProperty("metric").GetString());
        Assert.InRange(target.GetProperty("floatScore").GetDouble(), 50, 100);
        Assert.Equal(rows[0].GetProperty("ap").GetDouble(), target.GetProperty("floatScore").GetDouble());
        Assert.Equal(-difference.GetProperty("value").GetDouble(), target.GetProperty("drop").GetDouble());
        Assert.Equal(-difference.GetProperty("high").GetDouble(), target.GetProperty("low").GetDouble());
        Assert.Equal(24, target.GetProperty("samples").GetInt32());
        Assert.InRange(target.GetProperty("meanBits").GetDouble(), 3.9, 7.9);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PicturesThatCalibrated_AreNotMeasured_AndAMissedTargetIsSaid(bool namesTheFolder)
    {
        string model = TaskFiles.WriteUpscaler(_folder["upscaler.onnx"]);
        string[] pictures = [.. Enumerable.Range(0, 7).Select(i => TaskFiles.WritePicture(_folder[$"p/{i}.pgm"], 48, 1, p => (byte)(20 * (p % 48 / 12 + p / 48 / 12) + 7 * i)))];

        // One network is tried, in the middle between 8 and 4 bits: it cannot be as good as the float one.
        Invocation run = Invocation.Of([
            "quantize", model, "-o", _folder["out.onnx"], "--calibration", pictures[0], "--preprocess", "luminance", "--samples", "4", "--method", "minmax",
            "--target-drop", "0", "--task", "upscale", "--time-budget", "0", .. namesTheFolder ? (string[])["--data", $"{pictures[0]}/"] : []]);

        Assert.True(run.ExitCode == ExitCode.TargetMissed, run.Error + run.Output);
        Assert.Contains("Measuring PSNR on 3 samples that do not calibrate", run.Error);
        Assert.Contains("TARGET MISSED: PSNR loses ", run.Output);
        Assert.True(File.Exists(_folder["out.onnx"]));
    }

    [Fact]
    public void Sensitivity_RanksLayersByWhatTheTaskLoses_AndByTheOutputs()
    {
        (string model, string data) = (TaskFiles.WriteDetector(_folder["detector.onnx"]), TaskFiles.WriteBlocks(_folder["data"], 20, 3));

        JsonElement result = Json(
            ExitCode.Done,
            "sensitivity", model, "--calibration", data, "--samples", "4", "--preprocess", "yolox", "--widths", "8", "2", "--task", "detect", "--boxes", Path.Combine(data, "boxes.csv"), "--measure", "12", "--json");

        JsonElement[] rows = [.. result.GetProperty("rows").EnumerateArray()];
        Assert.Equal(("ap", 12), (result.GetProperty("metric").GetString(), result.GetProperty("measuredSamples").GetInt32()));
        Assert.Equal(4, rows.Length);
        Assert.Equal(rows.Select(r => r.GetProperty("aloneDrop").GetDouble()).OrderDescending(), rows.Select(r => r.GetProperty("aloneDrop").GetDouble()));
        foreach (JsonElement[] width in rows.GroupBy(r => r.GetProperty("bits").GetInt32()).Select(g => g.ToArray()))
        {
            Assert.Equal([1, 2], width.Select(r => r.GetProperty("dropRank").GetInt32()));
            Assert.Equal([1, 2], width.OrderBy(r => r.GetProperty("aloneSqnrDb").GetDouble()).Select(r => r.GetProperty("sqnrRank").GetInt32()));
        }

        // Two bits leave little of a detector, eight nearly all.
        double[] uniform = [.. result.GetProperty("uniform").EnumerateArray().Select(u => u.GetProperty("drop").GetDouble())];
        Assert.InRange(uniform[0], -10, 10);
        Assert.InRange(uniform[1], 20, 100);
    }

    [Fact]
    public void Sensitivity_MeasuresEmbeddings_AndPrintsTheFigureThatWasChosen()
    {
        string model = SmallModels.WriteNetwork(_folder["network.onnx"]);
        for (int i = 0; i < 12; i++)
        {
            byte[] pixels = new byte[3 * 64];
            new Random(i % 3).NextBytes(pixels);
            pixels[i] ^= 64;
            string name = _folder[$"persons/{i % 3}/{i}.ppm"];
            Directory.CreateDirectory(Path.GetDirectoryName(name)!);
            File.WriteAllBytes(name, [.. "P6 8 8 255\n"u8, .. pixels]);
        }

        Invocation run = Invocation.Of(
            "sensitivity", model, "--calibration", _folder["persons"], "--samples", "3", "--preprocess", "inception", "--widths", "4", "--task", "verify", "--metric", "auc");

        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        Assert.Contains("ROC AUC loses", run.Output);
        Assert.Contains("ROC AUC of 9 others", run.Output);
    }

    [Theory]
    [InlineData("--metric is 'psnr', but --task classify measures top1 and top5", "--metric", "psnr", "--measure", "2")]
    [InlineData("--boxes does not go with --task verify", "--task", "verify", "--boxes", "b.csv")]
    [InlineData("--feedback does not go with --task upscale", "--task", "upscale", "--feedback", "y=x")]
    [InlineData("--data does not go with --feedback", "--task", "classify", "--feedback", "y=x", "--data", "others")]
    [InlineData("have it measured with --task", "--metric", "auc")]
    [InlineData("have it measured with --task", "--labels", "labels.csv")]
    public void WhatDoesNotBelongTogether_IsSaid(string expected, params string[] options)
    {
        string samples = SmallModels.WriteSamples(_folder["samples.npy"]);
        string model = SmallModels.WriteNetwork(_folder["network.onnx"]);

        Invocation run = Invocation.Of(["sensitivity", model, "--calibration", samples, "--samples", "4", .. options]);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains(expected, run.Error);
    }

    [Fact]
    public void WhereAllSamplesCalibrate_TheWayOutIsNamed()
    {
        string samples = SmallModels.WriteSamples(_folder["samples.npy"], 4);

        Invocation run = Invocation.Of("quantize", SmallModels.WriteNetwork(_folder["network.onnx"]), "-o", _folder["out.onnx"], "--calibration", samples, "--target-drop", "1");

        Assert.Equal(ExitCode.UnusableInput, run.ExitCode);
        Assert.Contains("All samples calibrate", run.Error);
        Assert.Contains("--data DIR", run.Error);
    }

    private static JsonElement Json(int exitCode, params string[] arguments)
    {
        Invocation run = Invocation.Of(arguments);
        Assert.True(run.ExitCode == exitCode, run.Error + run.Output);
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
