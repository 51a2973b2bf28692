using System.CommandLine;
using EasyQuant.OnnxRuntimePeer;

namespace EasyQuant.Benchmarks.FloatLatency;

/// <summary><c>float</c>: how long a float network takes on one picture, here and in ONNX Runtime.</summary>
internal sealed class FloatCommand : Command
{
    private static readonly BenchmarkNetwork[] s_networks = [BenchmarkNetwork.SqueezeNet, BenchmarkNetwork.MobileNet];

    private readonly Option<int[]> _threads = Several.Option("--threads", "Numbers of threads to measure with.", 1, 2);
    private readonly Option<int> _rounds = new("--rounds") { Description = "Turns of each of the two.", DefaultValueFactory = _ => 40 };

    public FloatCommand()
        : base("float", "Time our float executor and ONNX Runtime in turns, in one process.")
    {
        Add(_threads);
        Add(_rounds);
        SetAction(Run);
    }

    private void Run(ParseResult parsed)
    {
        int rounds = parsed.GetValue(_rounds);
        MarkdownTable table = new("network", ">threads", ">ours median ms", ">ours min ms", ">ORT median ms", ">ORT min ms", ">ours/ORT, medians", ">minima");
        foreach (BenchmarkNetwork network in s_networks)
        {
            foreach (int threads in parsed.GetRequiredValue(_threads))
            {
                Console.Error.WriteLine($"{network.Name}: {threads} threads, {rounds} rounds");
                (RunTimes ours, RunTimes theirs) = LatencyDuel.Run(network, threads, rounds);
                table.Add(
                    network.Name, $"{threads}", $"{ours.Median:0.00}", $"{ours.Min:0.00}", $"{theirs.Median:0.00}", $"{theirs.Min:0.00}",
                    $"{ours.Median / theirs.Median:0.00}", $"{ours.Min / theirs.Min:0.00}");
            }
        }

        Console.WriteLine(table);
        Console.WriteLine(LatencyDuel.Explain(rounds));
        Console.WriteLine($"Machine: {Machine.Description}; ONNX Runtime {OrtLibrary.Version}");
    }
}
