using System.CommandLine;
using System.Text.Json;
using EasyQuant.Benchmarks.Integer.Layers;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.OnnxRuntimePeer;
using EasyQuant.Runtime.Inference;
using EasyQuant.Runtime.Inference.Execution;
using EasyQuant.Tensors;
using EasyQuant.Testing;

namespace EasyQuant.Benchmarks.Integer;

/// <summary><c>integer</c>: how long float and quantized networks take on one picture, here and in ONNX Runtime.</summary>
internal sealed class IntegerCommand : Command
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    private readonly Option<string[]> _models = Several.Option("--models", "Which networks.", [.. TimedNetwork.All.Select(n => n.Key)]);
    private readonly Option<int[]> _threads = Several.Option("--threads", "Numbers of threads to measure with.", 1, 2);
    private readonly Option<double> _seconds = new("--seconds") { Description = "Time for each network and number of threads.", DefaultValueFactory = _ => 5 };
    private readonly Option<string?> _layers = new("--layers") { Description = "Time the steps of this network, or of this quantized model's file, instead; ours only." };
    private readonly Option<string?> _isa = new("--isa") { Description = "With --layers: the level of instructions." };
    private readonly Option<string?> _json = new("--json") { Description = "Write the rows to this file." };

    public IntegerCommand()
        : base("integer", "Time our integer engine, our float executor and ONNX Runtime in turns, in one process.")
    {
        _models.AcceptOnlyFromAmong([.. TimedNetwork.All.Select(n => n.Key)]);
        Option[] options = [_models, _threads, _seconds, _layers, _isa, _json];
        Array.ForEach(options, Add);
        SetAction(Run);
    }

    private void Run(ParseResult parsed)
    {
        TimeSpan time = TimeSpan.FromSeconds(parsed.GetValue(_seconds));
        if (parsed.GetValue(_layers) is { } layers)
        {
            RunLayers(layers, parsed, time);
            return;
        }

        List<LatencyRow> rows = [];
        foreach (TimedNetwork network in TimedNetwork.All.Where(n => parsed.GetRequiredValue(_models).Contains(n.Key)))
        {
            rows.AddRange(Measure(network, parsed.GetRequiredValue(_threads), time));
        }

        string machine = $"{Machine.Description}; ONNX Runtime {OrtLibrary.Version}";
        Console.WriteLine(TableOf(rows));
        Console.WriteLine(EngineContest.Explain(time));
        Console.WriteLine($"Machine: {machine}");
        if (parsed.GetValue(_json) is { } path)
        {
            File.WriteAllText(path, JsonSerializer.Serialize(new { machine, rows }, s_json));
        }
    }

    private void RunLayers(string name, ParseResult parsed, TimeSpan time)
    {
        string isa = new KernelSet(parsed.GetValue(_isa), WinogradUse.Auto).Convolution.Isa;
        Model model = TimedNetwork.All.FirstOrDefault(n => n.Key == name)?.Quantize() ?? OnnxModelReader.Read(name);
        Tensor input = new NoiseSamples(model, count: 1).Read(0).Inputs.Values.Single();
        LayerReport[] reports =
        [
            .. parsed.GetRequiredValue(_threads).Select(threads =>
                new LayerReport(name, isa, threads, InstructionPeak.Measure(isa), LayerProfile.Measure(model, input, parsed.GetValue(_isa), threads, time))),
        ];
        Array.ForEach(reports, Console.WriteLine);
        Console.WriteLine($"Machine: {Machine.Description}");
        if (parsed.GetValue(_json) is { } path)
        {
            File.WriteAllText(path, JsonSerializer.Serialize(new { machine = Machine.Description, reports }, s_json));
        }
    }

    private static List<LatencyRow> Measure(TimedNetwork network, int[] threads, TimeSpan time)
    {
        using TemporaryFolder folder = new();
        Console.Error.WriteLine($"{network.Name}: quantizing");
        EngineContest contest = new(network, folder.Path);
        List<LatencyRow> rows = [];
        foreach (int count in threads)
        {
            Console.Error.WriteLine($"{network.Name}: {count} threads");
            rows.Add(contest.Run(count, time));
        }

        return rows;
    }

    private static MarkdownTable TableOf(IEnumerable<LatencyRow> rows)
    {
        MarkdownTable table = new(
            "network", ">threads", ">ORT float", ">ORT u8s8", ">our float", ">our integer", ">ours/ORT u8s8", ">ours/ORT float", ">cosine", ">our float steps", ">ORT float layers");
        foreach (LatencyRow row in rows)
        {
            table.Add(
                row.Network, $"{row.Threads}", $"{row.OrtFloat}", $"{row.OrtInteger}", $"{row.OurFloat}", $"{row.OurInteger}",
                $"{row.OurInteger.Median / row.OrtInteger.Median:0.00}", $"{row.OurInteger.Median / row.OrtFloat.Median:0.00}",
                $"{row.Cosine:0.00000}", $"{row.FloatSteps}", $"{row.OrtFloatLayers}");
        }

        return table;
    }
}
