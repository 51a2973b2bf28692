using System.CommandLine;
using EasyQuant.Data.Arrays;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Recurrence;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Quantization;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using EasyQuant.Testing.Stories;

namespace EasyQuant.Benchmarks.Stories;

/// <summary><c>stories</c>: a language model with caches, quantized; its perplexity, and the story that it tells.</summary>
internal sealed class StoriesCommand : Command
{
    private const int Steps = 200;

    private static readonly string[] s_feedback = ["present.*=past.*"];

    private readonly Option<string?> _output = new("--output") { Description = "Where to leave the model and the stories, for the command line." };
    private readonly Option<int> _stories = new("--stories") { Description = "How many stories to measure on; a quarter as many calibrate.", DefaultValueFactory = _ => 40 };

    public StoriesCommand()
        : base("stories", "Quantize a language model that feeds its caches back; measure its perplexity and compare the story that it tells.")
    {
        Add(_output);
        Add(_stories);
        SetAction(Run);
    }

    private void Run(ParseResult parsed)
    {
        string assets = Path.Combine(Assets.Folder ?? throw new DirectoryNotFoundException("Set EASYQUANT_ASSETS to the folder of assets."), "models", "stories260K");
        StoryCheckpoint checkpoint = StoryCheckpoint.Read(Path.Combine(assets, "stories260K.bin"));
        StoryTokenizer tokenizer = StoryTokenizer.Read(Path.Combine(assets, "tok512.bin"), checkpoint.Vocabulary);
        Model model = StoryModel.Of(checkpoint);
        using ModelFolder folder = new(parsed.GetValue(_output));
        OnnxModelWriter.Write(model, Path.Combine(folder.Path, "stories.onnx"));
        (string calibration, string test) = (Directory.CreateDirectory(Path.Combine(folder.Path, "calibration")).FullName, Directory.CreateDirectory(Path.Combine(folder.Path, "test")).FullName);
        int count = parsed.GetValue(_stories);
        using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1 });
        StoryTeller teller = new(inputs => executor.Run(inputs), checkpoint);
        for (int i = 0; i < count + count / 4; i++)
        {
            Write(teller.Tell(Steps, StoryTeller.Drawn(i)), Path.Combine(i < count ? test : calibration, $"{i:000}.npz"));
        }

        IReadOnlyList<int> told = teller.Tell(Steps, StoryTeller.Likeliest);
        Console.Error.WriteLine(tokenizer.Decode(told));
        FeedbackLinks links = FeedbackLinks.Of(s_feedback, model.Graph);
        SequenceSource measured = Open(test, model, links);
        MarkdownTable table = new("network", ">bytes", ">perplexity", ">next token right %", ">as float %", ">tokens as told in float", ">ms a token");
        using StoryRow reference = new("float", model, Engine.Float, measured, links);
        table.Add(reference.Cells(reference, checkpoint, told));
        SequenceSource all = Open(calibration, model, links);
        IReadOnlyList<int> drawn = SubsetSource.Draw(all, 200, 0).Indices;
        UnrolledSource samples = UnrolledSource.Run(model, links, all, drawn, Environment.ProcessorCount);
        foreach ((QuantizationMethod method, int bits) in (IEnumerable<(QuantizationMethod, int)>)[(QuantizationMethod.EasyQuant, 8), (QuantizationMethod.Kl, 8), (QuantizationMethod.EasyQuant, 7), (QuantizationMethod.EasyQuant, 6)])
        {
            Model quantized = PostTrainingQuantizer.Run(model, samples, new QuantizationOptions { Method = method, WeightBits = bits, ActivationBits = bits }).Model;
            OnnxModelWriter.Write(quantized, Path.Combine(folder.Path, $"stories.{method}.int{bits}.onnx"));
            using StoryRow row = new($"{method} INT{bits}", quantized, Engine.Integer, measured, links);
            table.Add(row.Cells(reference, checkpoint, told));
        }

        Console.WriteLine(table);
        Console.WriteLine($"{measured.Lengths.Count} stories of {measured.Count} tokens that the float network drew, each network on its own caches; {told.Count} tokens, the likeliest each. Machine: {Machine.Description}");
    }

    private static SequenceSource Open(string folder, Model model, FeedbackLinks links) =>
        SequenceSource.Open(folder, [.. SampleInput.Of(model).Select(i => i with { IsState = links.IsState(i.Name) })], PreprocessPresets.None);

    private static void Write(IReadOnlyList<int> tokens, string path)
    {
        long[] before = [StoryTokenizer.Beginning, .. tokens.SkipLast(1)];
        NpzArchive.Write(path, [new("token", Tensor.From(before, [before.Length, 1])), new("labels", Tensor.From([.. tokens.Select(t => (long)t)], [tokens.Count]))]);
    }
}
