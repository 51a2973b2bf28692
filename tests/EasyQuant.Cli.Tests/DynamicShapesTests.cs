using System.Text.Json;
using EasyQuant.Data.Arrays;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Cli.Tests;

/// <summary>What a user meets whose model leaves extents open, or has several inputs.</summary>
public sealed class DynamicShapesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PicturesOfManySizes_GoThroughEveryCommand()
    {
        string model = WriteFullyConvolutional(_folder["segmenter.onnx"]);
        string quantized = _folder["segmenter.int8.onnx"];
        WritePictures("pictures", [(20, 16), (9, 31), (16, 16), (40, 8), (17, 23)]);

        Done("quantize", model, "-o", quantized, "--calibration", _folder["pictures"], "--preprocess", "none", "--threads", "2");
        JsonElement evaluated = Done("evaluate", model, quantized, "--data", _folder["pictures"], "--engine", "integer", "--json");
        JsonElement compared = Done("compare", model, quantized, "--calibration", _folder["pictures"], "--json");
        JsonElement sensitivity = Done("sensitivity", model, "--calibration", _folder["pictures"], "--preprocess", "none", "--widths", "4", "--json");

        Assert.InRange(evaluated.GetProperty("rows")[1].GetProperty("cosine").GetDouble(), 0.999, 1);
        Assert.All(compared.GetProperty("rows").EnumerateArray(), r => Assert.InRange(r.GetProperty("cosine").GetDouble(), 0.99, 1));
        Assert.Equal(5, sensitivity.GetProperty("samples").GetInt32());
    }

    [Fact]
    public void TheOrderOfFiles_DoesNotMatter()
    {
        string model = WriteFullyConvolutional(_folder["segmenter.onnx"]);
        (int, int)[] sizes = [(20, 16), (9, 31), (16, 16), (40, 8), (17, 23)];
        WritePictures("forward", sizes);
        WritePictures("backward", [.. sizes.Reverse()], i => sizes.Length - 1 - i);

        foreach (string method in (string[])["eq", "kl", "mse", "percentile"])
        {
            foreach (string order in (string[])["forward", "backward"])
            {
                Done("quantize", model, "-o", _folder[$"{order}.onnx"], "--calibration", _folder[order], "--preprocess", "none", "--method", method);
            }

            Assert.True(File.ReadAllBytes(_folder["forward.onnx"]).AsSpan().SequenceEqual(File.ReadAllBytes(_folder["backward.onnx"])), method);
        }
    }

    [Fact]
    public void SidesRoundedToAMultiple_ServeANetworkWithStrides_AndAreStoredInTheModel()
    {
        string model = WriteFullyConvolutional(_folder["segmenter.onnx"]);
        string rule = _folder["rule.json"];
        File.WriteAllText(rule, """{ "scale": 0.01, "resize": { "mode": "multiple", "of": 8 } }""");
        WritePictures("pictures", [(20, 16), (9, 31)]);
        Done("quantize", model, "-o", _folder["q.onnx"], "--calibration", _folder["pictures"], "--preprocess", rule);

        JsonElement run = Done("run", _folder["q.onnx"], "--input", Path.Combine(_folder["pictures"], "1.pgm"), "--engine", "integer", "--json");

        Assert.Equal([1, 2, 32, 16], run.GetProperty("outputs")[0].GetProperty("shape").EnumerateArray().Select(d => d.GetInt32()));
    }

    [Fact]
    public void AFolderOfNpz_ServesAModelOfTwoInputs_InEveryCommand()
    {
        string model = WriteTwoInputs(_folder["encoder.onnx"]);
        string quantized = _folder["encoder.int8.onnx"];
        string samples = WriteSentences("sentences", [3, 9, 5, 12]);

        Done("quantize", model, "-o", quantized, "--calibration", samples);
        JsonElement evaluated = Done("evaluate", model, quantized, "--data", samples, "--engine", "integer", "--json");
        Done("compare", model, quantized, "--calibration", samples);
        Done("sensitivity", model, "--calibration", samples, "--widths", "8");
        JsonElement run = Done("run", quantized, "--input", Path.Combine(samples, "1.npz"), "--json");

        Assert.Equal(4, evaluated.GetProperty("samples").GetInt32());
        Assert.InRange(evaluated.GetProperty("rows")[1].GetProperty("cosine").GetDouble(), 0.999, 1);
        Assert.Equal([1, 9, 4], run.GetProperty("outputs")[0].GetProperty("shape").EnumerateArray().Select(d => d.GetInt32()));
    }

    [Fact]
    public void InputsThatDisagreeOnAnExtent_AreUnusable_AndNamed()
    {
        string model = WriteTwoInputs(_folder["encoder.onnx"]);
        Directory.CreateDirectory(_folder["bad"]);
        NpzArchive.Write(Path.Combine(_folder["bad"], "0.npz"), [new("ids", Tensor.From<long>([1, 2, 3], [1, 3])), new("features", Tensor.From<float>([1, 2, 3, 4], [1, 2, 2]))]);

        Invocation run = Invocation.Of("quantize", model, "-o", _folder["q.onnx"], "--calibration", _folder["bad"]);

        Assert.Equal(ExitCode.UnusableInput, run.ExitCode);
        Assert.Contains("where 'length' is 2, but it is 3", run.Error);
    }

    [Fact]
    public void Bench_AssumesExtents_SaysSo_AndTakesChoices()
    {
        string model = WriteFullyConvolutional(_folder["segmenter.onnx"]);

        Invocation assumed = Invocation.Of("bench", model, "--seconds", "0");
        Invocation chosen = Invocation.Of("bench", model, "--seconds", "0", "--shape", "x=2x1x12x16");
        Invocation byName = Invocation.Of("bench", model, "--seconds", "0", "--shape", "H=12", "--shape", "W=16");
        Invocation unknown = Invocation.Of("bench", model, "--seconds", "0", "--shape", "height=12");
        Invocation malformed = Invocation.Of("bench", model, "--seconds", "0", "--shape", "x=1x?x3");

        Assert.Contains("assumed H=224, W=224. Choose with --shape", assumed.Error);
        Assert.All([assumed, chosen, byName], run => Assert.Equal(ExitCode.Done, run.ExitCode));
        Assert.All([chosen, byName], run => Assert.DoesNotContain("assumed", run.Error));
        Assert.Equal((ExitCode.WrongUsage, ExitCode.WrongUsage), (unknown.ExitCode, malformed.ExitCode));
        Assert.Contains("No input has an open extent 'height'", unknown.Error);
    }

    [Fact]
    public void Inspect_CountsProductsForTheChosenExtents()
    {
        string model = WriteFullyConvolutional(_folder["segmenter.onnx"]);

        long small = Done("inspect", model, "--shape", "H=8", "--shape", "W=8", "--json").GetProperty("macs").GetInt64();
        long large = Done("inspect", model, "--shape", "x=3x1x16x8", "--json").GetProperty("macs").GetInt64();

        Assert.Equal(6 * small, large);
    }

    private static JsonElement Done(params string[] arguments)
    {
        Invocation run = Invocation.Of(arguments);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return arguments.Contains("--json") ? JsonDocument.Parse(run.Output).RootElement : default;
    }

    private static string WriteFullyConvolutional(string path)
    {
        Graph graph = new("segmenter");
        Value x = new("x", new TensorValueType(DataType.Float32, new SymbolicShape([new Dimension(null, "N"), 1, new Dimension(null, "H"), new Dimension(null, "W")])));
        (Value a, Value b, Value y) = (new("a"), new("b"), new("y"));
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        Pad(graph.Add(new Node("Conv", [x, Weights(graph, "w1", [8, 1, 3, 3])], [a], "conv1")));
        graph.Add(new Node("Relu", [a], [b], "relu1"));
        Pad(graph.Add(new Node("Conv", [b, Weights(graph, "w2", [2, 8, 3, 3])], [y], "conv2")));
        return Write(graph, path);

        static void Pad(Node node) => node.Attributes["pads"] = new IntsAttribute([1, 1, 1, 1]);
    }

    private static string WriteTwoInputs(string path)
    {
        Graph graph = new("encoder");
        (Dimension n, Dimension length) = (new(null, "N"), new(null, "length"));
        Value ids = new("ids", new TensorValueType(DataType.Int64, new SymbolicShape([n, length])));
        Value features = new("features", new TensorValueType(DataType.Float32, new SymbolicShape([n, length, 2])));
        (Value embedded, Value joined, Value hidden, Value active, Value y) = (new("embedded"), new("joined"), new("hidden"), new("active"), new("y"));
        graph.Inputs.Add(ids);
        graph.Inputs.Add(features);
        graph.Outputs.Add(y);
        graph.Add(new Node("Gather", [Weights(graph, "table", [16, 6]), ids], [embedded], "embedding"));
        graph.Add(new Node("Concat", [embedded, features], [joined], "join")).Attributes["axis"] = new IntAttribute(2);
        graph.Add(new Node("MatMul", [joined, Weights(graph, "w1", [8, 8])], [hidden], "dense1"));
        graph.Add(new Node("Relu", [hidden], [active], "relu"));
        graph.Add(new Node("MatMul", [active, Weights(graph, "w2", [8, 4])], [y], "dense2"));
        return Write(graph, path);
    }

    private static string Write(Graph graph, string path)
    {
        OnnxModelWriter.Write(new Model(graph) { OpsetImports = { [""] = 13 } }, path);
        return path;
    }

    private static Value Weights(Graph graph, string name, Shape shape)
    {
        Random random = new(name.Length + (int)shape.ElementCount);
        return graph.AddConstant(name, Tensor.From([.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => random.NextSingle() - 0.5f)], shape));
    }

    private void WritePictures(string folder, (int Width, int Height)[] sizes, Func<int, int>? seedOf = null)
    {
        Directory.CreateDirectory(_folder[folder]);
        foreach ((int i, (int width, int height)) in sizes.Index())
        {
            Random random = new(100 + (seedOf?.Invoke(i) ?? i));
            byte[] pixels = new byte[width * height];
            random.NextBytes(pixels);
            File.WriteAllBytes(Path.Combine(_folder[folder], $"{i}.pgm"), [.. System.Text.Encoding.ASCII.GetBytes($"P5 {width} {height} 255\n"), .. pixels]);
        }
    }

    private string WriteSentences(string folder, int[] lengths)
    {
        Directory.CreateDirectory(_folder[folder]);
        foreach ((int i, int length) in lengths.Index())
        {
            Random random = new(i);
            NpzArchive.Write(Path.Combine(_folder[folder], $"{i}.npz"),
            [
                new("ids", Tensor.From([.. Enumerable.Range(0, length).Select(_ => (long)random.Next(16))], [1, length])),
                new("features", Tensor.From([.. Enumerable.Range(0, 2 * length).Select(_ => random.NextSingle() - 0.5f)], [1, length, 2])),
            ]);
        }

        return _folder[folder];
    }
}
