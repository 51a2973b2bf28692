using System.CommandLine;
using System.Diagnostics;
using EasyQuant.Data;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Quantization;
using EasyQuant.Runtime.Inference.Lowering;

namespace EasyQuant.Benchmarks.Tasks;

/// <summary><c>tasks</c>: what quantization costs detection, face verification and upscaling.</summary>
internal sealed class TasksCommand : Command
{
    private static readonly TaskBenchmark[] s_benchmarks = [new DetectBenchmark(), new VerifyBenchmark(), new UpscaleBenchmark()];

    private readonly Option<string[]> _tasks = Several.Option("--tasks", "Which tasks.", [.. s_benchmarks.Select(b => b.Key)]);
    private readonly Option<Variant[]> _variants = Variant.Option("minmax:8", "kl:8", "eq:8", "kl:7", "eq:7");
    private readonly Option<int> _samples = new("--samples") { Description = "How many pictures to calibrate on.", DefaultValueFactory = _ => BenchmarkNetwork.CalibrationCount };
    private readonly Option<int> _moreSamples = new("--more-samples") { Description = "The same for methods that equalize or reconstruct, which learn more from more; as many as --preset accurate draws.", DefaultValueFactory = _ => 200 };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads to use; the results do not depend on it.", DefaultValueFactory = _ => Environment.ProcessorCount };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seed of the draws of calibration pictures, pairs and the bootstrap." };
    private readonly Option<string?> _output = new("--output") { Description = "Keep the models in this folder." };

    public TasksCommand()
        : base("tasks", "Calibrate detectors, face embeddings and upscalers, and measure them on pictures they were not calibrated on.")
    {
        _tasks.AcceptOnlyFromAmong([.. s_benchmarks.Select(b => b.Key)]);
        Option[] options = [_tasks, _variants, _samples, _moreSamples, _threads, _seed, _output];
        Array.ForEach(options, Add);
        SetAction(Run);
    }

    private void Run(ParseResult parsed)
    {
        using ModelFolder folder = new(parsed.GetValue(_output));
        foreach (TaskBenchmark benchmark in s_benchmarks.Where(b => parsed.GetRequiredValue(_tasks).Contains(b.Key)))
        {
            Measure(benchmark, folder.Path, parsed);
        }

        Console.WriteLine($"Machine: {Machine.Description}");
    }

    private void Measure(TaskBenchmark benchmark, string folder, ParseResult parsed)
    {
        Model model = benchmark.ReadModel();
        List<TaskVariant> variants = [Written(benchmark, model, "FP32", folder)];
        foreach (Variant variant in parsed.GetRequiredValue(_variants))
        {
            string label = variant.Label;
            QuantizationOptions how = variant.Options(parsed.GetValue(_threads));
            int count = parsed.GetValue(how.Equalize || how.Reconstruction is not null ? _moreSamples : _samples);
            ISampleSource calibration = benchmark.Calibration(model, count, parsed.GetValue(_seed));
            long start = Stopwatch.GetTimestamp();
            Model quantized = PostTrainingQuantizer.Run(model, calibration, how, new ProgressLines($"{benchmark.Name} {label}")).Model;
            Console.Error.WriteLine($"{benchmark.Name} {label}: {calibration.Count} pictures, {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
            quantized.Metadata["easyquant.preprocess"] = PreprocessJson.ToText(benchmark.Preprocess);
            variants.Add(Written(benchmark, quantized, label, folder));
        }

        TaskOptions options = new() { Threads = parsed.GetValue(_threads), Seed = parsed.GetValue(_seed) };
        foreach ((string set, IMeasuredTask task) in benchmark.Sets(model))
        {
            EvaluatedModel[] models = [.. variants.Select(v => new EvaluatedModel(v.Label, task.Prepare(v.Model), Engine.Integer))];
            try
            {
                Console.WriteLine(TaskBenchmarkTable.Of(benchmark.Name, set, task.Compare(models, options, new ProgressLines(benchmark.Name)), variants));
            }
            finally
            {
                Array.ForEach(models, m => m.Dispose());
            }
        }
    }

    // What is measured is what the file says.
    private static TaskVariant Written(TaskBenchmark benchmark, Model model, string label, string folder)
    {
        string path = Path.Combine(folder, $"{benchmark.Key}.{label.ToLowerInvariant()}.onnx");
        OnnxModelWriter.Write(model, path);
        Model read = OnnxModelReader.Read(path);
        return new TaskVariant(label, read, new FileInfo(path).Length, Executors.IsQuantized(read) ? NetworkLowering.Lower(read).FloatSteps.Count() : null);
    }
}
