using System.CommandLine;
using System.Text.Json;

namespace EasyQuant.Benchmarks.Accuracy;

/// <summary><c>accuracy</c>: what quantization costs, for several networks, methods and numbers of bits.</summary>
internal sealed class AccuracyCommand : Command
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    private readonly Option<string[]> _models = Several("--models", "Which networks.", [.. BenchmarkNetwork.All.Select(n => n.Key)]);
    private readonly Option<int[]> _bits = Several("--bits", "Bits of weights and activations.", 8, 7);
    private readonly Option<int?> _activationBits = new("--activation-bits") { Description = "Bits of activations, where they differ." };
    private readonly Option<string[]> _methods = Several("--methods", $"How scales are chosen: {string.Join(", ", MethodsByName.All.Keys)}.", "kl", "eq", "eq+r");
    private readonly Option<bool> _judge = new("--judge") { Description = "Have ONNX Runtime compute every model on the same pictures too." };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads to use; the results do not depend on it.", DefaultValueFactory = _ => Environment.ProcessorCount };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seed of the draw of calibration pictures." };
    private readonly Option<string?> _json = new("--json") { Description = "Write the rows to this file." };
    private readonly Option<string?> _output = new("--output") { Description = "Keep the quantized models in this folder." };
    private readonly Option<int> _limit = new("--limit") { Hidden = true, DefaultValueFactory = _ => int.MaxValue };

    public AccuracyCommand()
        : base("accuracy", "Calibrate on 50 pictures of each set, measure on all the others.")
    {
        _models.AcceptOnlyFromAmong([.. BenchmarkNetwork.All.Select(n => n.Key)]);
        _methods.AcceptOnlyFromAmong([.. MethodsByName.All.Keys]);
        Option[] options = [_models, _bits, _activationBits, _methods, _judge, _threads, _seed, _json, _output, _limit];
        Array.ForEach(options, Add);
        SetAction(Run);
    }

    private void Run(ParseResult parsed)
    {
        string? output = parsed.GetValue(_output);
        string folder = output is null ? Directory.CreateTempSubdirectory("easyquant-accuracy").FullName : Directory.CreateDirectory(output).FullName;
        try
        {
            List<AccuracyRow> rows = [];
            foreach (BenchmarkNetwork network in BenchmarkNetwork.All.Where(n => parsed.GetRequiredValue(_models).Contains(n.Key)))
            {
                rows.AddRange(Measure(network, folder, parsed));
            }

            Console.WriteLine(AccuracyTable.Of(rows));
            Console.WriteLine(string.Join(Environment.NewLine, PaperPattern.Check(rows)));
            Console.WriteLine($"Machine: {Machine.Description}");
            if (parsed.GetValue(_json) is { } path)
            {
                File.WriteAllText(path, JsonSerializer.Serialize(new { rows }, s_json));
            }
        }
        finally
        {
            if (output is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private AccuracyRow[] Measure(BenchmarkNetwork network, string folder, ParseResult parsed)
    {
        int threads = parsed.GetValue(_threads);
        NetworkMeasurement measurement = new(network, folder, threads, parsed.GetValue(_seed));
        foreach (int bits in parsed.GetRequiredValue(_bits))
        {
            foreach (string method in parsed.GetRequiredValue(_methods))
            {
                measurement.Quantize(method, MethodsByName.All[method] with { WeightBits = bits, ActivationBits = parsed.GetValue(_activationBits) ?? bits, Threads = threads });
            }
        }

        return measurement.Evaluate(parsed.GetValue(_limit), parsed.GetValue(_judge));
    }

    private static Option<T[]> Several<T>(string name, string description, params T[] defaults) => new(name)
    {
        Description = description,
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => defaults,
    };
}
