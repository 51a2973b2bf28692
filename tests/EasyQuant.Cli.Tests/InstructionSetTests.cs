using System.Diagnostics;
using EasyQuant.Data.Arrays;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Cli.Tests;

/// <summary>Runs of the program with instruction sets switched off, each compared with one in this process.</summary>
public sealed class InstructionSetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("eq", "reconstruct")]
    [InlineData("kl", "nearest")]
    public void QuantizedModels_HaveTheSameBytesOnEveryInstructionSet(string method, string rounding)
    {
        string model = WriteModel(_folder["float.onnx"]);
        string samples = WriteSamples(_folder["samples.npy"]);
        string[] arguments = ["quantize", model, "--calibration", samples, "--method", method, "--rounding", rounding, "--bits", "6"];
        Assert.Equal(ExitCode.Done, Invocation.Of([.. arguments, "-o", _folder["here.onnx"]]).ExitCode);
        byte[] expected = File.ReadAllBytes(_folder["here.onnx"]);

        foreach (string setting in (string[])["DOTNET_EnableAVX512=0", "DOTNET_EnableAVX2=0", "DOTNET_EnableHWIntrinsic=0", "DOTNET_EnableAVX512=1"])
        {
            string output = _folder[$"{setting}.onnx"];
            Run(setting, [.. arguments, "-o", output, "--threads", "3"]);
            Assert.True(expected.AsSpan().SequenceEqual(File.ReadAllBytes(output)), $"With {setting} the model has other bytes.");
        }
    }

    private static void Run(string setting, string[] arguments)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string key in start.Environment.Keys.Where(k => k.StartsWith("DOTNET_Enable", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(key);
        }

        string[] parts = setting.Split('=');
        start.Environment[parts[0]] = parts[1];
        start.ArgumentList.Add(typeof(CommandLine).Assembly.Location);
        Array.ForEach(arguments, start.ArgumentList.Add);
        using Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == ExitCode.Done, $"{setting}: {error}");
    }

    // What float networks compute with: convolutions of every kind, an activation with e^x, a residual sum, a mean, a matrix product, Softmax.
    private static string WriteModel(string path)
    {
        Random random = new(5);
        Graph graph = new("every kind");
        Value x = new("x", new TensorValueType(DataType.Float32, new SymbolicShape([new Dimension(null, "N"), 3, 10, 10])));
        graph.Inputs.Add(x);
        Value stem = Swish(Conv(x, 3, 8, 3, 1));
        Value depthwise = Swish(Conv(stem, 8, 8, 3, 8));
        Value sum = Call("Add", Conv(depthwise, 8, 8, 1, 1), stem);
        Value mean = Call("Flatten", Call("GlobalAveragePool", Call("Tanh", sum)));
        Value scores = Call("Softmax", Call("MatMul", mean, Weights(8, 5)));
        scores.Name = "scores";
        scores.Type = new TensorValueType(DataType.Float32, new SymbolicShape([new Dimension(null, "N"), 5]));
        graph.Outputs.Add(scores);
        OnnxModelWriter.Write(new Model(graph) { OpsetImports = { [""] = 13 } }, path);
        return path;

        Value Swish(Value value) => Call("Mul", value, Call("Sigmoid", value));

        Value Conv(Value value, int inputs, int outputs, int kernel, int groups)
        {
            Value result = Call("Conv", value, Weights(outputs, inputs / groups, kernel, kernel), Weights(outputs));
            result.Producer!.Attributes["group"] = new IntAttribute(groups);
            result.Producer.Attributes["pads"] = new IntsAttribute([kernel / 2, kernel / 2, kernel / 2, kernel / 2]);
            return result;
        }

        Value Call(string operation, params Value[] inputs) =>
            graph.Add(new Node(operation, inputs, [new Value($"v{graph.Nodes.Count}")], $"{operation}{graph.Nodes.Count}")).Outputs[0]!;

        Value Weights(params int[] shape) => graph.AddConstant(
            $"w{graph.Initializers.Count}", Tensor.From([.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => random.NextSingle() - 0.5f)], new Shape(shape)));
    }

    private static string WriteSamples(string path)
    {
        Random random = new(6);
        NpyFile.Write(path, Tensor.From([.. Enumerable.Range(0, 5 * 300).Select(_ => 2 * random.NextSingle() - 1)], [5, 3, 10, 10]));
        return path;
    }
}
