using EasyQuant.Evaluation.Metrics;
using EasyQuant.Graphs;
using EasyQuant.OnnxRuntimePeer;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Benchmarks.FloatLatency;

/// <summary>Times one network in both engines, in turns, so that whatever slows the machine for a while slows both alike.</summary>
internal static class LatencyDuel
{
    private const int RunsPerTurn = 8;
    private const double NearlyEqual = 0.99999;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);

    // Threads of both engines spin for a few milliseconds at most before they sleep.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(30);

    /// <summary>How the turns are taken, for the reader of the table.</summary>
    public static string Explain(int rounds) =>
        $"{rounds} rounds; in each, both engines take a turn of {RunsPerTurn} runs, after one run that is not counted. Both keep the threads they "
        + $"start with and their usual spinning (ORT: allow_spinning=1, its default); {s_pause.TotalMilliseconds:0} ms of rest before each turn put the other engine's threads to sleep.";

    /// <summary>Times both; also makes sure that they compute the same.</summary>
    public static (RunTimes Ours, RunTimes Theirs) Run(BenchmarkNetwork network, int threads, int rounds)
    {
        Model model = network.ReadModel();
        IReadOnlyDictionary<string, Tensor> inputs = network.OpenPictures(model).Others.Read(0).Inputs;
        string[] outputs = [model.Graph.Outputs[0].Name];
        using GraphExecutor executor = new(model, new ExecutorOptions { Threads = threads });
        using OrtSession session = new(network.ModelPath, new OrtSessionOptions { Threads = threads });
        RequireEqual(network, executor.Run(inputs)[outputs[0]], session.Run(inputs, outputs)[outputs[0]]);

        Engine ours = new(() => executor.Run(inputs));
        Engine theirs = new(() => session.Run(inputs, outputs));
        RunTimes.WarmUp(ours.Run, s_warmUp);
        RunTimes.WarmUp(theirs.Run, s_warmUp);
        for (int round = 0; round < rounds; round++)
        {
            // Who comes first changes, so that neither always follows the other.
            Engine[] order = round % 2 == 0 ? [ours, theirs] : [theirs, ours];
            foreach (Engine engine in order)
            {
                Thread.Sleep(s_pause);
                engine.Run();
                engine.Times.Measure(engine.Run, RunsPerTurn);
            }
        }

        return (ours.Times, theirs.Times);
    }

    private static void RequireEqual(BenchmarkNetwork network, Tensor ours, Tensor theirs)
    {
        double cosine = TensorError.Between(theirs.AsSpan<float>(), ours.AsSpan<float>()).Cosine;
        if (!(cosine > NearlyEqual))
        {
            throw new InvalidOperationException($"{network.Name}: our output and ONNX Runtime's have cosine {cosine:0.000000}; there is no point in comparing their times.");
        }
    }

    private sealed record Engine(Action Run)
    {
        public RunTimes Times { get; } = new();
    }
}
