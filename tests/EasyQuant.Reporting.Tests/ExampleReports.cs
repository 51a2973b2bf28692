using EasyQuant.Evaluation.Outputs;
using EasyQuant.Reporting.Layers;
using EasyQuant.Reporting.Methods;
using EasyQuant.Reporting.Samples;

namespace EasyQuant.Reporting.Tests;

/// <summary>Reports made up by the tests.</summary>
internal static class ExampleReports
{
    /// <summary>A report of layers <c>layer 1</c>, <c>layer 2</c>, ... with everything that one can have; every tenth layer stays in float.</summary>
    public static QuantizationReport Complete(int layers, int seed = 1)
    {
        Random random = new(seed);
        LayerRow[] rows = [.. Enumerable.Range(1, layers).Select(i => i % 10 == 0 ? FloatLayer(i) : QuantizedLayer(i, i - 1, random))];
        return new QuantizationReport
        {
            Summary = new ReportSummary
            {
                Model = "example.onnx",
                Method = "eq",
                WeightBits = 7,
                ActivationBits = 7,
                Samples = 50,
                Seed = 3,
                BytesBefore = 4_000_000,
                BytesAfter = 1_000_000,
                Cosine = 0.99912,
                SqnrDb = 27.25,
                Agreement = 98,
                LatencyMs = 20.5,
                FloatLatencyMs = 61,
                Machine = "avx2, 1 thread",
                Created = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero),
            },
            Verdict = Verdict.OfOutputs(0.99912, 98),
            Layers = rows,
            Tensors = [.. Enumerable.Range(1, layers).Select(i => Tensor(i, random))],
            Samples = [.. Enumerable.Range(0, 3).Select(i => Sample(i, random))],
            Sensitivity = new SensitivityTable("top-1, points", [.. rows.Where(r => r.Reason is null).SelectMany(r => ((int[])[8, 4]).Select(b => new SensitivityRow(r.Name, b, 60 - 5 * b * random.NextDouble(), random.NextDouble() / b)))]),
            Front = new AccuracyFront("top-1, %", "latency, ms", [new("fp32", 9.1, 61.9), new("int8", 3.1, 61.8, Chosen: true), new("int7", 2.9, 61.5), new("int6", 3.0, 60.9), new("int4", 2.7, 52.3)]),
            Warnings = ["Conv 'layer 3': 2 of 64 output channels have no weight other than zero; they stay zero."],
        };
    }

    /// <summary>The same run by a method that searches nothing, on samples that are no pictures, nothing else measured.</summary>
    public static QuantizationReport Plain(int layers) => Complete(layers) with
    {
        Layers = [.. Complete(layers).Layers.Select(l => l with { Weights = null, Tensor = null, TimeMs = null, Kernel = null, SearchStart = null, SearchEnd = null })],
        Tensors = [],
        Samples = [],
        Sensitivity = null,
        Front = null,
        Warnings = [],
    };

    private static LayerRow QuantizedLayer(int i, int tensor, Random random) => new()
    {
        Name = $"layer {i}",
        Op = i % 3 == 0 ? "Gemm" : "Conv",
        Shape = "64x3x3x3",
        WeightBits = 7,
        ActivationBits = 7,
        InputScale = random.NextDouble() / 100,
        SmallestWeightScale = 1e-4,
        LargestWeightScale = 1e-3 * i,
        SqnrDb = 20 + 30 * random.NextDouble(),
        Cosine = 1 - random.NextDouble() / 1000,
        SearchStart = 0.998,
        SearchEnd = 0.999,
        Macs = 1000 * random.NextInt64(1, 90_000),
        TimeMs = random.NextDouble(),
        Kernel = "vnni",
        Tensor = tensor,
        Weights = new WeightDetails(64, Bell(-1, 1, random), 0.3, 0.8, [Channels(random)]),
    };

    private static LayerRow FloatLayer(int i) => new() { Name = $"layer {i}", Op = "MatMul", Reason = "its second input is not a constant" };

    private static TensorDetails Tensor(int i, Random random) => new($"tensor {i}", i % 2 == 0 ? "s8" : "u8", LowestShare: i % 2 == 0 ? -1 : 0, HighestShare: 1, Bell(i % 2 == 0 ? -4 : 0, 4, random), 4, 3.2, 0.03, [Search(random)]);

    private static SearchCurve Search(Random random)
    {
        double[] ratios = [.. Enumerable.Range(0, 100).Select(i => 0.5 + 1.5 * i / 99)];
        return new SearchCurve(1, 1, 0.8, ratios, [.. ratios.Select(r => 0.001 + 0.01 * (r - 0.8) * (r - 0.8) + 1e-5 * random.NextDouble())]);
    }

    private static ChannelSearch Channels(Random random)
    {
        SearchCurve curve = Search(random);
        return new ChannelSearch(1, curve.Ratios, [.. curve.Losses.Select(l => l / 3)], curve.Losses, [.. curve.Losses.Select(l => l * 3)], Bell(0.6, 1.4, random, 32));
    }

    private static Histogram Bell(double minimum, double maximum, Random random, int bins = 96) =>
        new(minimum, maximum, [.. Enumerable.Range(0, bins).Select(i => (long)(1e5 * Math.Exp(-Math.Pow((i - bins / 2.0) / (bins / 8.0), 2)) * (0.8 + 0.4 * random.NextDouble())))]);

    private static WorstSample Sample(int i, Random random)
    {
        byte[] pixels = new byte[8 * 8 * 3];
        random.NextBytes(pixels);
        ClassScore[] scores = [new(3, 9.25f), new(1, 4), new(4, 3), new(0, 2), new(2, -1)];
        return new WorstSample(
            $"sample {i}", 3, 0.98 + i * 0.001, 15 + i, $"data:image/png;base64,{Convert.ToBase64String(PngEncoder.Encode(pixels, 8, 8, 3))}", scores, i == 0 ? [scores[1], scores[0], .. scores[2..]] : scores);
    }
}
