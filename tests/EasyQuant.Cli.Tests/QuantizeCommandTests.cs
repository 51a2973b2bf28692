using System.Text.Json;
using System.Text.RegularExpressions;
using EasyQuant.Data.Arrays;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Cli.Tests;

public sealed class QuantizeCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _samples;

    public QuantizeCommandTests()
    {
        _model = SmallModels.WriteNetwork(_folder["float.onnx"]);
        _samples = SmallModels.WriteSamples(_folder["samples.npy"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AQuantizedModel_IsWritten_AndEveryOtherCommandUnderstandsIt()
    {
        string output = _folder["int7.onnx"];

        Invocation quantize = Invocation.Of("quantize", _model, "-o", output, "--calibration", _samples, "--samples", "5", "--bits", "7", "--json");

        Assert.Equal(ExitCode.Done, quantize.ExitCode);
        JsonElement summary = Json(quantize);
        Assert.Equal(["conv1", "conv2", "head"], summary.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("name").GetString()));
        Assert.Equal(5, summary.GetProperty("samples").GetArrayLength());
        Assert.InRange(summary.GetProperty("cosine").GetDouble(), 0.99, 1);

        JsonElement inspected = Json(Invocation.Of("inspect", output, "--json"));
        Assert.All(inspected.GetProperty("layers").EnumerateArray(), l => Assert.Equal("quantized", l.GetProperty("state").GetString()));
        Assert.All(inspected.GetProperty("layers").EnumerateArray(), l => Assert.InRange(l.GetProperty("weightBits").GetInt32(), 2, 7));

        JsonElement rows = Json(Invocation.Of("evaluate", _model, output, "--data", _samples, "--json")).GetProperty("rows");
        Assert.Equal(["fp32", "eq"], rows.EnumerateArray().Select(r => r.GetProperty("method").GetString()));
        Assert.Equal([32, 7], rows.EnumerateArray().Select(r => r.GetProperty("bits").GetInt32()));
        Assert.Equal(
            ["model", "method", "bits", "top1", "top5", "agreement", "cosine", "sqnrDb", "bytes", "top1Loss", "top1LossMargin"], rows[0].EnumerateObject().Select(p => p.Name));

        JsonElement compared = Json(Invocation.Of("compare", _model, output, "--calibration", _samples, "--json")).GetProperty("rows");
        double[] cosines = [.. compared.EnumerateArray().Select(r => r.GetProperty("cosine").GetDouble())];
        Assert.Equal(3, cosines.Length);
        Assert.Equal(cosines.Order(), cosines);
    }

    [Fact]
    public void TheLayersThatSensitivityWrites_StayInFloat()
    {
        string config = _folder["layers.json"];
        Invocation sensitivity = Invocation.Of("sensitivity", _model, "--calibration", _samples, "--widths", "8", "3", "-o", config, "--keep", "1", "--json");
        Assert.Equal(ExitCode.Done, sensitivity.ExitCode);
        Assert.Equal(6, Json(sensitivity).GetProperty("rows").GetArrayLength());

        JsonElement summary = Json(Invocation.Of("quantize", _model, "-o", _folder["mixed.onnx"], "--calibration", _samples, "--config", config, "--json"));
        Assert.Equal(2, summary.GetProperty("layers").GetArrayLength());
        Assert.Contains("kept in float", Assert.Single(summary.GetProperty("floatNodes").EnumerateArray()).GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("{", "cannot be used")]
    [InlineData("{ \"layer\": [] }", "layer")]
    [InlineData("{ \"layers\": [ { \"name\": \"a\", \"bits\": 4 } ] }", "bits")]
    [InlineData("{ \"layers\": [ { \"name\": \"a\", \"weightBits\": 9 } ] }", "layers[0]: weightBits is 9, expected 2 to 8")]
    [InlineData("{ \"layers\": [ { \"name\": \"(\" } ] }", "is no regular expression")]
    [InlineData("{ \"layers\": [ { \"weightBits\": 4 } ] }", "has no name")]
    [InlineData("{ \"layers\": [ { \"name\": \"a\" }, null ] }", "layers[1] has no name")]
    [InlineData("{ \"layers\": null }", "null in place of layers")]
    [InlineData("null", "null in place of layers")]
    public void ALayerFileThatIsNotUnderstood_IsNamed(string text, string expected)
    {
        File.WriteAllText(_folder["bad.json"], text);
        Invocation quantize = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples, "--config", _folder["bad.json"]);
        Assert.Equal(ExitCode.UnusableInput, quantize.ExitCode);
        Assert.Contains("bad.json", quantize.Error);
        Assert.Contains(expected, quantize.Error);
        Assert.False(File.Exists(_folder["out.onnx"]));
    }

    [Fact]
    public void ATarget_NeedsLabels_AndTrialsNeedATarget()
    {
        Invocation unlabelled = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples, "--samples", "5", "--target-drop", "1");
        Assert.Equal(ExitCode.UnusableInput, unlabelled.ExitCode);
        Assert.Contains("--labels", unlabelled.Error);

        Invocation alone = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples, "--trials", "3");
        Assert.Equal(ExitCode.WrongUsage, alone.ExitCode);
        Assert.Contains("--target-drop", alone.Error);
    }

    [Fact]
    public void ATargetForTheSize_IsHeldByTheFile_AndAMissedOneIsSaid()
    {
        long floatBytes = new FileInfo(_model).Length;
        Invocation held = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples, "--samples", "5", "--method", "minmax", "--target-size", $"{floatBytes * 0.9}B");
        Assert.Equal(ExitCode.Done, held.ExitCode);
        Assert.Contains("Target reached", held.Output);
        Assert.InRange(new FileInfo(_folder["out.onnx"]).Length, 1, (long)(floatBytes * 0.9));

        Invocation missed = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples, "--samples", "5", "--method", "minmax", "--target-size", "0.5KB");
        Assert.Equal(ExitCode.TargetMissed, missed.ExitCode);
        Assert.Contains("TARGET MISSED", missed.Output);
        Assert.True(File.Exists(_folder["out.onnx"]));
    }

    [Fact]
    public void ATargetForTheTime_EndsWithAVerdictOnTheMeasuredTime()
    {
        Invocation slow = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples, "--samples", "3", "--method", "minmax", "--target-latency", "60000", "--trials", "1", "--json");
        Assert.Equal(ExitCode.Done, slow.ExitCode);
        JsonElement target = JsonDocument.Parse(slow.Output).RootElement.GetProperty("target");
        Assert.True(target.GetProperty("reached").GetBoolean());
        Assert.InRange(target.GetProperty("measured").GetDouble(), 0, 60000);
        Assert.Equal(60000, target.GetProperty("targetLatencyMs").GetDouble());
    }

    [Theory]
    [InlineData("--target-size", "0", "2.5MB")]
    [InlineData("--target-size", "many", "2.5MB")]
    [InlineData("--target-latency", "-1", "milliseconds")]
    public void ABoundThatIsNoAmount_IsRefused(string option, string value, string expected)
    {
        Invocation refused = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples, option, value);
        Assert.Equal(ExitCode.WrongUsage, refused.ExitCode);
        Assert.Contains(expected, refused.Error);
    }

    [Fact]
    public void TwoTargets_AreRefused()
    {
        Invocation refused = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples, "--target-size", "1MB", "--target-latency", "5");
        Assert.Equal(ExitCode.WrongUsage, refused.ExitCode);
        Assert.Contains("two targets", refused.Error);
    }

    [Fact]
    public void TheSameSeed_GivesTheSameBytes_WhateverTheThreads()
    {
        string[] outputs = [_folder["one.onnx"], _folder["two.onnx"]];
        foreach ((string output, string threads) in outputs.Zip(["1", "3"]))
        {
            Assert.Equal(ExitCode.Done, Invocation.Of("quantize", _model, "-o", output, "--calibration", _samples, "--samples", "6", "--seed", "9", "--threads", threads).ExitCode);
        }

        Assert.Equal(File.ReadAllBytes(outputs[0]), File.ReadAllBytes(outputs[1]));
    }

    [Fact]
    public void AReport_IsWrittenBesideTheModel_AndTheModelIsTheSame()
    {
        string[] arguments = ["quantize", _model, "--calibration", _samples, "--exclude", "^conv2$", "-o"];
        Invocation.Of([.. arguments, _folder["plain.onnx"]]);
        string[] before = [.. Directory.EnumerateFiles(_folder.Path), _folder["reported.onnx"], _folder["report.html"]];

        Invocation run = Invocation.Of([.. arguments, _folder["reported.onnx"], "--report", _folder["report.html"], "--json"]);

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(_folder["report.html"], Json(run).GetProperty("report").GetString());
        Assert.Equal(before.Order(), Directory.EnumerateFiles(_folder.Path).Order());
        Assert.Equal(File.ReadAllBytes(_folder["plain.onnx"]), File.ReadAllBytes(_folder["reported.onnx"]));
        JsonElement report = ReportData();
        JsonElement[] layers = [.. report.GetProperty("layers").EnumerateArray()];
        Assert.Equal(["conv1", "conv2", "head"], layers.Select(l => l.GetProperty("name").GetString()));
        Assert.Contains("excluded", layers[1].GetProperty("reason").GetString());
        Assert.All(layers, l => Assert.InRange(l.GetProperty("cosine").GetDouble(), 0.99, 1));
        Assert.Equal(12, report.GetProperty("samples").GetArrayLength());
        Assert.Equal(12, report.GetProperty("summary").GetProperty("samples").GetInt32());
        Assert.StartsWith("data:image/png;base64,", report.GetProperty("samples")[0].GetProperty("picture").GetString());
    }

    [Fact]
    public void TheSensitivityOfEveryLayer_IsInTheReport_WhereItIsAskedFor()
    {
        Invocation run = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples, "--method", "minmax", "--report", _folder["report.html"], "--sensitivity");
        Invocation alone = Invocation.Of("quantize", _model, "-o", _folder["other.onnx"], "--calibration", _samples, "--sensitivity");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        JsonElement[] rows = [.. ReportData().GetProperty("sensitivity").GetProperty("rows").EnumerateArray()];
        Assert.Equal(["conv1 4", "conv1 6", "conv1 8", "conv2 4", "conv2 6", "conv2 8", "head 4", "head 6", "head 8"], rows.Select(r => $"{r.GetProperty("layer").GetString()} {r.GetProperty("bits").GetInt32()}").Order(StringComparer.Ordinal));
        Assert.All(rows.GroupBy(r => r.GetProperty("layer").GetString()), l => Assert.True(l.MinBy(r => r.GetProperty("sqnrDb").GetDouble()).GetProperty("bits").GetInt32() == 4));
        Assert.Equal(ExitCode.WrongUsage, alone.ExitCode);
    }

    [Fact]
    public void ATarget_IsTheReportsVerdict_AndWhatWasTriedItsFront()
    {
        string folder = _folder["classes"];
        for (int i = 0; i < 12; i++)
        {
            byte[] pixels = new byte[3 * 64];
            new Random(i).NextBytes(pixels);
            string name = Path.Combine(folder, $"{i % 2}", $"{i}.ppm");
            Directory.CreateDirectory(Path.GetDirectoryName(name)!);
            File.WriteAllBytes(name, [.. "P6 8 8 255\n"u8, .. pixels]);
        }

        Invocation run = Invocation.Of(
            "quantize", _model, "-o", _folder["out.onnx"], "--calibration", folder, "--preprocess", "inception", "--samples", "4", "--target-drop", "100", "--trials", "2", "--report", _folder["report.html"]);

        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        JsonElement report = ReportData();
        Assert.Equal("Target met", report.GetProperty("verdict").GetProperty("title").GetString());
        JsonElement[] points = [.. report.GetProperty("front").GetProperty("points").EnumerateArray()];
        Assert.InRange(points.Length, 1, 2);
        Assert.Single(points, p => p.GetProperty("chosen").GetBoolean());
    }

    [Fact]
    public void AReportThatCannotBeWritten_IsReportedBeforeTheWork()
    {
        string report = Path.Combine(_folder["no such folder"], "report.html");

        Invocation run = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples, "--report", report);

        Assert.Equal(ExitCode.UnusableInput, run.ExitCode);
        Assert.Contains(report, run.Error);
        Assert.DoesNotContain("Calibrating", run.Error);
    }

    [Fact]
    public void ModelAndReport_MayNotBeOneFile()
    {
        Invocation run = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples, "--report", Path.Combine(_folder.Path, ".", "out.onnx"));

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.False(File.Exists(_folder["out.onnx"]));
    }

    [Fact]
    public void ExcludedLayers_StayInFloat_AndSaySo()
    {
        Invocation run = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples, "--exclude", "^head$", "--method", "minmax", "--json");

        JsonElement node = Assert.Single(Json(run).GetProperty("floatNodes").EnumerateArray());
        Assert.Contains("head", node.GetProperty("node").GetString());
        Assert.Contains("excluded", node.GetProperty("reason").GetString());
    }

    [Fact]
    public void ThePreprocessing_IsStoredInTheModel()
    {
        Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples, "--preprocess", "inception", "--method", "minmax");

        Assert.Equal("inception", OnnxModelReader.Read(_folder["out.onnx"]).Metadata[MetadataKeys.Preprocess]);
    }

    [Fact]
    public void TheActivationType_IsThatOfTheStoredIntegers_AndChangesNoOutput()
    {
        foreach (string type in (string[])["uint8", "int8"])
        {
            Assert.Equal(ExitCode.Done, Invocation.Of(
                "quantize", _model, "-o", _folder[type], "--calibration", _samples, "--method", "minmax", "--activation-type", type).ExitCode);
        }

        Graph graph = OnnxModelReader.Read(_folder["int8"]).Graph;
        Assert.All(graph.Nodes.Where(n => n.Is("QuantizeLinear")), n => Assert.Equal(DataType.Int8, n.Inputs[2]!.Constant!.Type));
        JsonElement rows = Json(Invocation.Of("evaluate", _folder["uint8"], _folder["int8"], "--data", _samples, "--json")).GetProperty("rows");
        Assert.Equal(JsonValueKind.Null, rows[1].GetProperty("sqnrDb").ValueKind);
    }

    [Theory]
    [InlineData("eq")]
    [InlineData("minmax")]
    [InlineData("kl")]
    [InlineData("percentile")]
    [InlineData("mse")]
    public void TheModelSaysItsMethod_ByTheNameOnTheCommandLine(string method)
    {
        Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples, "--samples", "2", "--method", method);

        Assert.Equal(method, OnnxModelReader.Read(_folder["out.onnx"]).Metadata[MetadataKeys.Method].Split(' ')[0]);
    }

    [Fact]
    public void ManySamples_AreNamedInTheJsonDocument_AndCountedInTheText()
    {
        Invocation run = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples, "--samples", "9", "--method", "minmax", "--json");

        Assert.Contains("... (4 more)", run.Error);
        Assert.Equal(9, Json(run).GetProperty("samples").GetArrayLength());
    }

    [Fact]
    public void MultiplyAccumulates_AreThoseOfOneSample_AlsoWhereTheBatchIsSymbolic()
    {
        Invocation run = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples, "--method", "minmax", "--json");

        // 6 x 6 positions of 8 filters with 3 x 9 weights; 4 x 4 of 8 with 8 x 9; a 128 x 6 matrix.
        Assert.Equal([36 * 8 * 27, 16 * 8 * 72, 128 * 6], Json(run).GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("macs").GetInt64()));
    }

    [Fact]
    public void TheInputItself_IsRefusedAsOutput()
    {
        byte[] before = File.ReadAllBytes(_model);

        Invocation run = Invocation.Of("quantize", _model, "-o", Path.Combine(_folder.Path, ".", "float.onnx"), "--calibration", _samples);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Equal(before, File.ReadAllBytes(_model));
    }

    [Fact]
    public void AnOutputThatCannotBeWritten_IsReportedBeforeTheWork()
    {
        string output = Path.Combine(_folder["no such folder"], "out.onnx");

        Invocation run = Invocation.Of("quantize", _model, "-o", output, "--calibration", _samples);

        Assert.Equal(ExitCode.UnusableInput, run.ExitCode);
        Assert.Contains(output, run.Error);
        Assert.DoesNotContain("Calibrating", run.Error);
    }

    [Fact]
    public void ACancelledRun_LeavesNothingBehind()
    {
        string[] before = [.. Directory.EnumerateFiles(_folder.Path)];

        Invocation run = Invocation.Of(new CancellationToken(canceled: true), "quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples);

        Assert.Equal(ExitCode.Cancelled, run.ExitCode);
        Assert.Equal(before, Directory.EnumerateFiles(_folder.Path));
    }

    [Fact]
    public void AnEmptyArgument_IsWrongUsage()
    {
        Invocation run = Invocation.Of("quantize", _model, "-o", "", "--calibration", _samples);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("empty", run.Error);
    }

    [Fact]
    public void ABrokenPicture_IsNamed_AndNothingIsWritten()
    {
        Directory.CreateDirectory(_folder["pictures"]);
        File.WriteAllBytes(Path.Combine(_folder["pictures"], "a.ppm"), [.. "P6 8 8 255\n"u8, .. new byte[192]]);
        File.WriteAllText(Path.Combine(_folder["pictures"], "b.jpg"), "no picture");

        Invocation run = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _folder["pictures"], "--preprocess", "none");

        Assert.Equal(ExitCode.UnusableInput, run.ExitCode);
        Assert.Contains("b.jpg", run.Error);
        Assert.False(File.Exists(_folder["out.onnx"]));
    }

    [Theory]
    [InlineData("--preprocess", "imagenett", "imagenet, inception")]
    [InlineData("--calibration", "wrong.npy", "expected Nx3x8x8")]
    public void DataThatDoNotFit_AreUnusableInput(string option, string value, string expected)
    {
        NpyFile.Write(_folder["wrong.npy"], Tensor.From(new float[300], [1, 3, 10, 10]));
        string[] arguments = ["quantize", _model, "-o", _folder["out.onnx"], option, option == "--calibration" ? _folder[value] : value];

        Invocation run = Invocation.Of(option == "--calibration" ? arguments : [.. arguments, "--calibration", _samples]);

        Assert.Equal(ExitCode.UnusableInput, run.ExitCode);
        Assert.Contains(value, run.Error);
        Assert.Contains(expected, run.Error);
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("missing")]
    public void AFolderWithoutSamples_IsUnusableInput(string folder)
    {
        Directory.CreateDirectory(_folder["empty"]);

        Invocation run = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _folder[folder]);

        Assert.Equal(ExitCode.UnusableInput, run.ExitCode);
        Assert.Contains(_folder[folder], run.Error);
    }

    [Fact]
    public void PicturesWithoutAPreprocessing_AreWrongUsage()
    {
        Directory.CreateDirectory(_folder["pictures"]);
        File.WriteAllBytes(Path.Combine(_folder["pictures"], "a.ppm"), [.. "P6 8 8 255\n"u8, .. new byte[192]]);

        Invocation run = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _folder["pictures"]);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("imagenet", run.Error);
    }

    [Fact]
    public void ATextFile_IsNoPicture_AlsoWhereNoPreprocessingIsGiven()
    {
        File.WriteAllText(_folder["samples.txt"], "not a picture");

        Invocation run = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _folder["samples.txt"]);

        Assert.Equal(ExitCode.UnusableInput, run.ExitCode);
        Assert.Contains("is no picture", run.Error);
    }

    [Theory]
    [InlineData("--exclude")]
    [InlineData("--config")]
    [InlineData("--exclude", "--target-size", "3KB")]
    public void APatternThatDoesNotEnd_IsWrongUsage(string option, params string[] target)
    {
        const string pattern = "^(a+)+$";
        File.WriteAllText(_folder["layers.json"], $$"""{ "layers": [ { "name": "{{pattern}}", "float": true } ] }""");
        string model = SmallModels.WriteNetwork(_folder["long.onnx"], lastLayer: new string('a', 40) + "!");

        Invocation run = Invocation.Of(
            ["quantize", model, "-o", _folder["out.onnx"], "--calibration", _samples, "--method", "minmax", option, option == "--config" ? _folder["layers.json"] : pattern, .. target]);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains($"'{pattern}' of {option} ", run.Error);
    }

    [Fact]
    public void AQuantizedModel_IsNotQuantizedAgain_AndInspectTellsWhatItIs()
    {
        Invocation.Of("quantize", _model, "-o", _folder["int7.onnx"], "--calibration", _samples, "--method", "minmax", "--bits", "7", "--exclude", "head");

        Invocation again = Invocation.Of("quantize", _folder["int7.onnx"], "-o", _folder["out.onnx"], "--calibration", _samples);
        Invocation inspected = Invocation.Of("inspect", _folder["int7.onnx"]);

        Assert.Equal(ExitCode.UnusableInput, again.ExitCode);
        Assert.Contains("already quantized", again.Error);
        Assert.Contains("Start from the float model", again.Error);
        Assert.Contains("quantized already: 2 of 3 layers, method minmax, 7-bit weights, 7-bit activations", Regex.Replace(inspected.Output, @"\s+", " "));
        Assert.Matches(
            @"computes [0-9.]+ % of the multiply-accumulates in integers, in [0-9]+ steps, and [0-9]+ nodes? in float:", Regex.Replace(inspected.Output, @"\s+", " "));
        Assert.Contains("head': its weights are not quantized constants", Regex.Replace(inspected.Output, @"\s+", " "));
        Assert.DoesNotContain("not a constant", inspected.Output);
    }

    [Theory]
    [InlineData("--bits", "9")]
    [InlineData("--bits", "many")]
    [InlineData("--weight-bits", "1")]
    [InlineData("--rounds", "0")]
    [InlineData("--method", "magic")]
    [InlineData("--exclude", "(")]
    [InlineData("--bits", "1")]
    [InlineData("--samples", "0")]
    [InlineData("--threads", "0")]
    [InlineData("--activation-type", "int16")]
    public void WishesThatCannotBeMet_AreWrongUsage(string option, string value)
    {
        Invocation run = Invocation.Of("quantize", _model, "-o", _folder["out.onnx"], "--calibration", _samples, option, value);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains(value, run.Error);
    }

    private JsonElement ReportData() =>
        JsonDocument.Parse(Regex.Match(File.ReadAllText(_folder["report.html"]), "id=\"data\">(.*?)</script>").Groups[1].Value).RootElement;

    private static JsonElement Json(Invocation run) => JsonDocument.Parse(run.Output).RootElement;
}
