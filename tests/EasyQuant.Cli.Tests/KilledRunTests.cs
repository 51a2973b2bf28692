using System.Diagnostics;
using System.Text.Json;
using EasyQuant.Data.Arrays;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Cli.Tests;

/// <summary>Runs of the program as a process of its own, killed with SIGKILL (TerminateProcess on Windows).</summary>
public sealed class KilledRunTests : IDisposable
{
    private const int Layers = 8;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ARunKilledAgainAndAgain_GoesOnWhereItWas_AndEndsWithTheSameBytes()
    {
        string model = WriteChain(_folder["float.onnx"]);
        string samples = WriteSamples(_folder["samples.npy"]);
        string cache = _folder["cache"];
        string[] arguments = ["quantize", model, "--calibration", samples, "--rounding", "reconstruct", "--threads", "1", "--json"];
        string uninterrupted = _folder["uninterrupted.onnx"];
        Assert.Equal(ExitCode.Done, Invocation.Of([.. arguments, "-o", uninterrupted]).ExitCode);

        string output = _folder["resumed.onnx"];
        string[] resuming = [.. arguments, "-o", output, "--cache", cache];
        int killed = 0;
        foreach (int entries in (int[])[0, 1, 3, 7, 10, 15, 20, 23])
        {
            using Process run = Start(resuming);
            while (!run.HasExited && (!Directory.Exists(cache) || Directory.GetFiles(cache, "*.eqcache").Length < entries))
            {
                Thread.Sleep(1);
            }

            run.Kill();
            run.WaitForExit();
            killed += run.ExitCode == ExitCode.Done ? 0 : 1;
            Assert.True(!File.Exists(output) || File.ReadAllBytes(output).AsSpan().SequenceEqual(File.ReadAllBytes(uninterrupted)));
        }

        Assert.InRange(killed, 4, 8);
        Invocation last = Invocation.Of(resuming);
        Assert.Equal(ExitCode.Done, last.ExitCode);
        Assert.Equal(File.ReadAllBytes(uninterrupted), File.ReadAllBytes(output));
        Assert.Contains("Resumed from", last.Error);
        Assert.DoesNotContain("warning", last.Error);

        JsonElement resumed = JsonDocument.Parse(Invocation.Of(resuming).Output).RootElement.GetProperty("resumed");
        Assert.Equal(["statistics", "weights, round 1", "activations, round 1", "reconstruction"], resumed.EnumerateArray().Select(r => r.GetProperty("stage").GetString()));
        Assert.All(resumed.EnumerateArray().Skip(1), r => Assert.Equal(Layers, r.GetProperty("reused").GetInt32()));
    }

    [Fact]
    public void ACacheThatIsNoFolder_IsRefusedBeforeTheWork()
    {
        string model = SmallModels.WriteNetwork(_folder["float.onnx"]);
        Invocation quantize = Invocation.Of("quantize", model, "-o", _folder["out.onnx"], "--calibration", SmallModels.WriteSamples(_folder["samples.npy"]), "--cache", model);
        Assert.Equal(ExitCode.UnusableInput, quantize.ExitCode);
        Assert.Contains("Cache folder", quantize.Error);
        Assert.False(File.Exists(_folder["out.onnx"]));
    }

    private static Process Start(string[] arguments)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(CommandLine).Assembly.Location);
        Array.ForEach(arguments, start.ArgumentList.Add);
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    // Large enough for a search of a second or so.
    private static string WriteChain(string path)
    {
        Random random = new(7);
        Graph graph = new("chain");
        SymbolicShape Extents(int channels) => new([new Dimension(null, "N"), channels, 24, 24]);
        Value x = new("x", new TensorValueType(DataType.Float32, Extents(3)));
        graph.Inputs.Add(x);
        Value last = x;
        for (int layer = 0; layer < Layers; layer++)
        {
            Tensor weights = Tensor.From([.. Enumerable.Range(0, 16 * (layer == 0 ? 3 : 16) * 9).Select(_ => (random.NextSingle() - 0.45f) / 5)], [16, layer == 0 ? 3 : 16, 3, 3]);
            Node convolution = graph.Add(new Node("Conv", [last, graph.AddConstant($"w{layer}", weights)], [new Value($"c{layer}")], $"conv{layer}"));
            convolution.Attributes["pads"] = new IntsAttribute([1, 1, 1, 1]);
            last = graph.Add(new Node("Relu", [convolution.Outputs[0]!], [new Value($"r{layer}")], $"relu{layer}")).Outputs[0]!;
        }

        last.Type = new TensorValueType(DataType.Float32, Extents(16));
        graph.Outputs.Add(last);
        OnnxModelWriter.Write(new Model(graph) { OpsetImports = { [""] = 13 } }, path);
        return path;
    }

    private static string WriteSamples(string path)
    {
        Random random = new(8);
        NpyFile.Write(path, Tensor.From([.. Enumerable.Range(0, 8 * 3 * 24 * 24).Select(_ => 2 * random.NextSingle() - 1)], [8, 3, 24, 24]));
        return path;
    }
}
