using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using EasyQuant.Data;
using EasyQuant.Evaluation.Layers;
using EasyQuant.Graphs;
using EasyQuant.Quantization;
using EasyQuant.Quantization.Preparation;
using EasyQuant.Reporting.Html;
using EasyQuant.Reporting.Layers;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Reporting.Tests;

public sealed class LayerTableTests
{
    private readonly Model _model = GraphText.Parse("""
        (x: f32[1,3,8,8], m: f32[6,4]) => (y)
        first = Conv<pads=[1,1,1,1]>(x, w1: f32[4,3,3,3])
        r = Relu(first)
        second = Conv(r, w2: f32[6,4,8,8])
        f = Flatten(second)
        third = Gemm(f, w3: f32[6,6])
        y = MatMul(third, m)
        """, seed: 1);

    [Fact]
    public void EveryLayer_HasARow_WithWhatIsKnownOfIt()
    {
        QuantizationResult result = PostTrainingQuantizer.Run(
            _model, new Samples(4), new QuantizationOptions { WeightBits = 6, ActivationBits = 7, KeepTrace = true, Exclude = [new Regex("third")] });
        Model prepared = ModelPreparation.Prepare(_model);
        IReadOnlyList<LayerError> errors = LayerwiseComparison.Run(prepared, result.Model, new Samples(4), 1);

        IReadOnlyList<LayerRow> rows = LayerTable.Of(prepared, result, errors, [new LayerTime("Conv computing 'second'", "avx2", 1.5)]);
        IReadOnlyList<TensorDetails> tensors = LayerTable.TensorsOf(result.Trace);

        Assert.Equal(["first", "second", "third", "y"], rows.Select(r => r.Name));
        Assert.Equal([null, null, "excluded by 'third'", null], rows.Select(r => r.Reason));
        Assert.Equal((null, 8), (rows[3].WeightBits, rows[3].ActivationBits));
        LayerRow second = rows[1];
        Assert.Equal(("Conv", "6x4x8x8", 6, 7), (second.Op, second.Shape, second.WeightBits, second.ActivationBits));
        Assert.Equal(("avx2", 1.5, 6 * 4 * 8 * 8L), (second.Kernel, second.TimeMs, second.Macs));
        Assert.Equal(errors.Single(e => e.Name == "second").Error.SqnrDb, second.SqnrDb);
        Assert.Equal(result.Layers[1].CosineEnd, second.SearchEnd);
        Assert.True(second.SmallestWeightScale <= second.LargestWeightScale);
        Assert.Equal(6, second.Weights!.Channels);
        Assert.Equal(6 * 4 * 8 * 8, second.Weights.Values.Counts.Sum());
        Assert.Equal(6, second.Weights.Searches.Single().Chosen.Counts.Sum());

        TensorDetails input = tensors[second.Tensor!.Value];
        Assert.Equal(("u7", 0, 1), (input.Grid, input.LowestShare, input.HighestShare));
        Assert.Equal(second.InputScale!.Value * 127, input.Threshold, 6);
        Assert.Equal(input.Threshold / input.StartThreshold, input.Searches.Single().Chosen, 6);
        Assert.Null(rows[3].Weights);
        Assert.Null(rows[3].Tensor);
    }

    [Fact]
    public void WithoutATrace_ThereAreNoDistributions()
    {
        QuantizationResult result = PostTrainingQuantizer.Run(_model, new Samples(2), new QuantizationOptions { Method = QuantizationMethod.MinMax });
        Model prepared = ModelPreparation.Prepare(_model);

        IReadOnlyList<LayerRow> rows = LayerTable.Of(prepared, result, LayerwiseComparison.Run(prepared, result.Model, new Samples(2), 1));

        Assert.All(rows, r => Assert.Null(r.Weights));
        Assert.All(rows, r => Assert.Null(r.SearchStart));
        Assert.Empty(LayerTable.TensorsOf(result.Trace));
    }

    [Fact]
    public void NumbersInTheFile_AreJson_WithSixDigits_AndNullOrInfinityWhereTheyAreNot()
    {
        QuantizationReport report = ExampleReports.Plain(1);
        string text = ReportJson.ToText(report with { Summary = report.Summary with { Cosine = double.NaN, SqnrDb = double.PositiveInfinity }, Layers = [report.Layers[0] with { InputScale = 0.000012345678, Cosine = 1 }] });

        using JsonDocument document = JsonDocument.Parse(text);
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("summary").GetProperty("cosine").ValueKind);
        Assert.Contains("\"sqnrDb\":1e999", text);
        Assert.Contains("\"inputScale\":1.23457E-05", text);
        Assert.Contains("\"cosine\":1,", text);
    }

    [Fact]
    public void ThreeHundredLayers_AreAFileToBeMailed()
    {
        QuantizationReport report = ExampleReports.Complete(300);
        HtmlReport.Render(report);
        long start = Stopwatch.GetTimestamp();

        int characters = HtmlReport.Render(report).Length;

        TestContext.Current.TestOutputHelper?.WriteLine($"{characters} characters in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms");
        Assert.InRange(characters, 100_000, 3_000_000);
    }

    [Fact]
    public void AFileThatCannotBeReplaced_IsLeftAsItWas()
    {
        string folder = Directory.CreateTempSubdirectory("easyquant-report-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "report.html"));

            Assert.ThrowsAny<Exception>(() => HtmlReport.Write(ExampleReports.Plain(1), Path.Combine(folder, "report.html")));

            Assert.Equal(["report.html"], Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Samples(int count) : ISampleSource
    {
        public int Count => count;

        public Sample Read(int index)
        {
            Random random = new(index);
            float[] Numbers(int length) => [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f)];
            return new Sample($"{index}", new Dictionary<string, Tensor> { ["x"] = Tensor.From(Numbers(192), [1, 3, 8, 8]), ["m"] = Tensor.From(Numbers(24), [6, 4]) });
        }
    }
}
