using System.Text.Json;
using EasyQuant.Data.Arrays;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Cli.Tests;

public sealed class FeedbackTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EachRunsOutput_IsTheNextRunsInput_ZerosFirst()
    {
        string model = RecurrentModels.WriteSum(_folder["sum.onnx"]);
        NpyFile.Write(_folder["x.npy"], Tensor.From<float>([1, 2, 3, 10], [4, 1]));

        Done("run", model, "--input", _folder["x.npy"], "--feedback", "sum'=sum", "--output", _folder["out"]);

        Assert.Equal([1f, 3, 6, 16], Read("out", "total.npy"));
        Assert.Equal([16f], Read("out", "sum_.npy"));
    }

    [Fact]
    public void ASequence_BeginsWithTheStateThatItsFileHolds()
    {
        string model = RecurrentModels.WriteSum(_folder["sum.onnx"]);
        NpzArchive.Write(_folder["x.npz"], [new("x", Tensor.From<float>([1, 2], [2, 1])), new("sum", Tensor.From<float>([100], [1, 1]))]);

        Done("run", model, "--input", _folder["x.npz"], "--feedback", "sum'=sum", "--output", _folder["out"]);

        Assert.Equal([101f, 103], Read("out", "total.npy"));
    }

    [Fact]
    public void TheInputsOfASequence_MayComeInFilesOfTheirOwn()
    {
        string model = RecurrentModels.WriteSum(_folder["sum.onnx"]);
        NpyFile.Write(_folder["x.npy"], Tensor.From<float>([1, 2], [2, 1]));
        NpyFile.Write(_folder["start.npy"], Tensor.From<float>([5], [1]));

        Done("run", model, "--input", $"x={_folder["x.npy"]}", "--input", $"sum={_folder["start.npy"]}", "--feedback", "sum'=sum", "--output", _folder["out"]);

        Assert.Equal([6f, 8], Read("out", "total.npy"));
    }

    [Fact]
    public void AnLstmStepByStep_ComputesWhatTheLstmOverTheWholeSequenceDoes()
    {
        float[] x = [.. Samples(1).SelectMany(s => s.Values)];
        int steps = x.Length / RecurrentModels.Features;
        NpyFile.Write(_folder["steps.npy"], Tensor.From(x, [steps, 1, 1, RecurrentModels.Features]));
        NpyFile.Write(_folder["whole.npy"], Tensor.From(x, [steps, 1, RecurrentModels.Features]));

        Done("run", RecurrentModels.WriteLstm(_folder["step.onnx"], isStep: true), "--input", _folder["steps.npy"], "--feedback", "h_out=h", "--feedback", "c_out=c", "--output", _folder["steps"]);
        Done("run", RecurrentModels.WriteLstm(_folder["lstm.onnx"], isStep: false), "--input", _folder["whole.npy"], "--output", _folder["whole"]);

        Assert.Equal(steps * RecurrentModels.Hidden, Read("whole", "y.npy").Length);
        Assert.Equal(Read("whole", "y.npy"), Read("steps", "y.npy"), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void AGruCell_IsCalibratedOnItsStates_AndStaysCloseToTheFloatModelOnItsOwn()
    {
        string model = RecurrentModels.WriteGruCell(_folder["gru.onnx"]);
        string quantized = _folder["gru.int8.onnx"];
        WriteSequences("recordings", 3);

        JsonElement summary = Done("quantize", model, "-o", quantized, "--calibration", _folder["recordings"], "--feedback", "h_out=h", "--samples", "40", "--json");
        JsonElement evaluated = Done("evaluate", model, quantized, "--data", _folder["recordings"], "--feedback", "h_out=h", "--engine", "integer", "--json");
        JsonElement compared = Done("compare", model, quantized, "--calibration", _folder["recordings"], "--feedback", "h_out=h", "--json");
        Done("sensitivity", model, "--calibration", _folder["recordings"], "--feedback", "h_out=h", "--widths", "8");

        // The state lies within ±1; had it stayed zero, there would be no step to speak of.
        JsonElement state = summary.GetProperty("layers").EnumerateArray().Single(l => l.GetProperty("name").GetString() == "state");
        Assert.InRange(state.GetProperty("inputScale").GetDouble(), 0.2 / 127, 1.01 / 127);
        Assert.Equal(Lengths.Sum(), evaluated.GetProperty("samples").GetInt32());
        Assert.InRange(evaluated.GetProperty("rows")[1].GetProperty("cosine").GetDouble(), 0.995, 0.9999999);
        Assert.All(compared.GetProperty("rows").EnumerateArray(), r => Assert.InRange(r.GetProperty("cosine").GetDouble(), 0.99, 1));
    }

    [Fact]
    public void SequencesDoNotMeet_WhateverTheNumberOfThreads()
    {
        string model = RecurrentModels.WriteGruCell(_folder["gru.onnx"]);
        WriteSequences("recordings", 3);
        WriteSequences("first", 1);

        foreach (int threads in (int[])[1, 3])
        {
            Done("quantize", model, "-o", _folder[$"{threads}.onnx"], "--calibration", _folder["recordings"], "--feedback", "h_out=h", "--samples", "7", "--threads", $"{threads}");
        }

        JsonElement all = Done("run", model, "--input", Path.Combine(_folder["recordings"], "0.npz"), "--feedback", "h_out=h", "--json");
        JsonElement alone = Done("run", model, "--input", _folder["first"], "--feedback", "h_out=h", "--json");

        Assert.True(File.ReadAllBytes(_folder["1.onnx"]).AsSpan().SequenceEqual(File.ReadAllBytes(_folder["3.onnx"])));
        Assert.Equal(alone.ToString(), all.ToString());
        Assert.Equal(ExitCode.UnusableInput, Invocation.Of("run", model, "--input", _folder["recordings"], "--feedback", "h_out=h").ExitCode);
    }

    [Fact]
    public void ACacheOfOpenLength_BeginsEmpty_AndAStarLinksAllOfThem()
    {
        string model = RecurrentModels.WriteGrowingCache(_folder["cache.onnx"]);
        NpyFile.Write(_folder["x.npy"], Tensor.From<float>([1, 2, 3], [3, 1]));

        Done("run", model, "--input", _folder["x.npy"], "--feedback", "present.*=past.*", "--output", _folder["out"]);

        Assert.Equal([1f, 3, 6], Read("out", "sum.npy"));
        Assert.Equal([1f, 2, 3], Read("out", "present.1.key.npy"));
    }

    [Theory]
    [InlineData("h_out", "is no OUTPUT=INPUT")]
    [InlineData("h=h_out", "matches no output with an input: outputs are 'h_out', 'scores', inputs 'x', 'h'")]
    [InlineData("scores=h_out", "matches no output")]
    [InlineData("h_*=h", "is no OUTPUT=INPUT")]
    public void ALinkThatDoesNotFit_IsWrongUsage(string link, string finding)
    {
        Invocation run = Invocation.Of("run", RecurrentModels.WriteGruCell(_folder["gru.onnx"]), "--input", _folder["none.npz"], "--feedback", link);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains(finding, run.Error);
    }

    [Fact]
    public void AnInputFedTwice_AndOtherTasks_AreWrongUsage()
    {
        string model = RecurrentModels.WriteGruCell(_folder["gru.onnx"]);

        Assert.Contains("fed by two outputs", Invocation.Of("run", model, "--input", _folder["none.npz"], "--feedback", "h_out=h", "--feedback", "h_out=h").Error);
        Assert.Contains("--feedback does not go with --task verify", Invocation.Of("evaluate", model, "--data", _folder["none"], "--task", "verify", "--feedback", "h_out=h").Error);
    }

    private static IReadOnlyList<int> Lengths { get; } = [30, 1, 50];

    private static JsonElement Done(params string[] arguments)
    {
        Invocation run = Invocation.Of(arguments);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return arguments.Contains("--json") ? JsonDocument.Parse(run.Output).RootElement : default;
    }

    private static IEnumerable<(int Length, float[] Values)> Samples(int count)
    {
        Random random = new(5);
        return Lengths.Take(count).Select(length => (length, Enumerable.Range(0, length * RecurrentModels.Features).Select(_ => 4 * random.NextSingle() - 2).ToArray())).ToArray();
    }

    private float[] Read(string folder, string file) => NpyFile.Read(Path.Combine(_folder[folder], file)).AsSpan<float>().ToArray();

    private void WriteSequences(string folder, int count)
    {
        Directory.CreateDirectory(_folder[folder]);
        foreach ((int i, (int length, float[] values)) in Samples(count).Index())
        {
            NpzArchive.Write(Path.Combine(_folder[folder], $"{i}.npz"), [new("x", Tensor.From(values, [length, RecurrentModels.Features]))]);
        }
    }
}
