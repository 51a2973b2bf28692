using System.CommandLine;
using System.Text.Json;

namespace EasyQuant.Benchmarks.Accuracy;

/// <summary><c>accuracy</c>: what quantization costs, for several networks, methods and numbers of bits.</summary>
internal sealed class AccuracyCommand : Command
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    private readonly Option<string[]> _models = Several.Option("--models", "Which networks.", [.. BenchmarkNetwork.All.Select(n => n.Key)]);
    private readonly Option<Variant[]> _variants = Variant.Option("kl:8", "eq:8", "eq+r:8", "kl:7", "eq:7", "eq+r:7");
    private readonly Option<bool> _judge = new("--judge") { Description = "Have ONNX Runtime compute every model on the same pictures too." };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads to use; the results do not depend on it.", DefaultValueFactory = _ => Environment.ProcessorCount };
    private readonly Option<ulong[]> _seeds = Several.Option("--seeds", "Seeds of the draw of calibration pictures; several give a table of what the draw changes.", 0UL);
    private readonly Option<int> _samples = new("--samples") { Description = "How many pictures to calibrate on.", DefaultValueFactory = _ => BenchmarkNetwork.CalibrationCount };
    private readonly Option<string?> _json = new("--json") { Description = "Write the rows to this file." };
    private readonly Option<string?> _output = new("--output") { Description = "Keep the quantized models in this folder." };
    private readonly Option<int> _limit = new("--limit") { Hidden = true, DefaultValueFactory = _ => int.MaxValue };

    public AccuracyCommand()
        : base("accuracy", "Calibrate on some pictures of each set, measure on all the others.")
    {
        _models.AcceptOnlyFromAmong([.. BenchmarkNetwork.All.Select(n => n.Key)]);
        Option[] options = [_models, _variants, _judge, _threads, _seeds, _samples, _json, _output, _limit];
        Array.ForEach(options, Add);
        SetAction(Run);
    }

    private void Run(ParseResult parsed)
    {
        using ModelFolder folder = new(parsed.GetValue(_output));
        List<AccuracyRow> rows = [];
        ulong[] seeds = parsed.GetRequiredValue(_seeds);
        foreach (BenchmarkNetwork network in BenchmarkNetwork.All.Where(n => parsed.GetRequiredValue(_models).Contains(n.Key)))
        {
            rows.AddRange(seeds.SelectMany(seed => Measure(network, folder.Path, seed, parsed)));
        }

        if (seeds.Length == 1)
        {
            Console.WriteLine(AccuracyTable.Of(rows));
            Console.WriteLine();
            Console.WriteLine(string.Join(Environment.NewLine, AccuracyTargets.Check(rows)));
        }
        else
        {
            Console.WriteLine(DrawsTable.Of(rows));
        }

        Console.WriteLine();
        Console.WriteLine($"Machine: {Machine.Description}");
        if (parsed.GetValue(_json) is { } path)
        {
            File.WriteAllText(path, JsonSerializer.Serialize(new { rows }, s_json));
        }
    }

    private AccuracyRow[] Measure(BenchmarkNetwork network, string folder, ulong seed, ParseResult parsed)
    {
        NetworkMeasurement measurement = new(network, folder, parsed.GetValue(_threads), seed, parsed.GetValue(_samples));
        Array.ForEach(parsed.GetRequiredValue(_variants), measurement.Quantize);
        return measurement.Evaluate(parsed.GetValue(_limit), parsed.GetValue(_judge));
    }
}
