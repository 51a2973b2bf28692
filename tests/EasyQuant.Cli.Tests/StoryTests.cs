using System.Text.Json;
using EasyQuant.Data.Arrays;
using EasyQuant.Evaluation;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using EasyQuant.Testing.Stories;
using Xunit;

namespace EasyQuant.Cli.Tests;

/// <summary>A real language model whose caches of keys and values are fed back.</summary>
public sealed class StoryTests : IDisposable
{
    // What llama2.c's own program says, without chance.
    private const string Known =
        "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball. She wanted to play with it, but it was too high.";

    private const int Steps = 48;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ALanguageModel_IsQuantizedAndEvaluatedOnItsOwnCaches_AndBeginsTheSameStory()
    {
        string assets = Assets.PathOrSkip("models", "stories260K");
        StoryCheckpoint checkpoint = StoryCheckpoint.Read(Path.Combine(assets, "stories260K.bin"));
        StoryTokenizer tokenizer = StoryTokenizer.Read(Path.Combine(assets, "tok512.bin"), checkpoint.Vocabulary);
        Model model = StoryModel.Of(checkpoint);
        OnnxModelWriter.Write(model, _folder["stories.onnx"]);
        using IModelExecutor executor = Executors.Create(model, Engine.Float, threads: 1);
        StoryTeller teller = new(inputs => executor.Run(inputs), checkpoint);
        WriteStories("calibration", teller, [0, 1, 2]);
        WriteStories("test", teller, [3, 4]);

        Done("quantize", _folder["stories.onnx"], "-o", _folder["stories.int8.onnx"], "--calibration", _folder["calibration"], "--feedback", "present.*=past.*", "--method", "kl");
        JsonElement evaluated = Done(
            "evaluate", _folder["stories.onnx"], _folder["stories.int8.onnx"], "--data", _folder["test"], "--feedback", "present.*=past.*", "--engine", "integer", "--json");

        using IModelExecutor quantized = Executors.Create(OnnxModelReader.Read(_folder["stories.int8.onnx"]), Engine.Integer, threads: 1);
        string told = tokenizer.Decode(teller.Tell(Steps, StoryTeller.Likeliest));
        string toldInIntegers = tokenizer.Decode(new StoryTeller(inputs => quantized.Run(inputs), checkpoint).Tell(Steps, StoryTeller.Likeliest));
        Assert.StartsWith(told, Known, StringComparison.Ordinal);
        Assert.StartsWith("Once upon a time, there was a little girl named Lily.", toldInIntegers, StringComparison.Ordinal);
        JsonElement row = evaluated.GetProperty("rows")[1];
        Assert.Equal(2 * Steps, evaluated.GetProperty("samples").GetInt32());
        Assert.InRange(row.GetProperty("cosine").GetDouble(), 0.995, 0.99999);
        Assert.InRange(row.GetProperty("agreement").GetDouble(), 85, 100);
    }

    private static JsonElement Done(params string[] arguments)
    {
        Invocation run = Invocation.Of(arguments);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return arguments.Contains("--json") ? JsonDocument.Parse(run.Output).RootElement : default;
    }

    // Each with the token that comes next as the step's label.
    private void WriteStories(string folder, StoryTeller teller, int[] seeds)
    {
        Directory.CreateDirectory(_folder[folder]);
        foreach (int seed in seeds)
        {
            IReadOnlyList<int> tokens = teller.Tell(Steps, StoryTeller.Drawn(seed));
            long[] before = [StoryTokenizer.Beginning, .. tokens.SkipLast(1)];
            NpzArchive.Write(Path.Combine(_folder[folder], $"{seed}.npz"), [new("token", Tensor.From(before, [before.Length, 1])), new("labels", Tensor.From([.. tokens.Select(t => (long)t)], [tokens.Count]))]);
        }
    }
}
