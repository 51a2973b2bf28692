using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using EasyQuant.Onnx;
using EasyQuant.OnnxRuntimePeer;
using EasyQuant.Runtime.Inference;
using EasyQuant.Tensors;

namespace EasyQuant.Benchmarks.Footprint;

/// <summary><c>probe</c>: what <see cref="FootprintCommand"/> runs in a process of its own; loads a model, runs it, and writes a <see cref="Footprint"/>.</summary>
internal sealed class ProbeCommand : Command
{
    private const int Runs = 20;

    private readonly Argument<string> _form = new("FORM");
    private readonly Argument<string> _path = new("PATH");
    private readonly Argument<int> _threads = new("THREADS");

    public ProbeCommand()
        : base("probe", "For footprint: load a model and run it.")
    {
        Hidden = true;
        Add(_form);
        Add(_path);
        Add(_threads);
        SetAction(parsed => Console.WriteLine(JsonSerializer.Serialize(Measure(
            parsed.GetRequiredValue(_form) switch
            {
                Contestant.Prepared => () => Start(InferenceSession.Load(parsed.GetRequiredValue(_path), OptionsOf(parsed))),
                Contestant.Onnx => () => Start(new InferenceSession(OnnxModelReader.Read(parsed.GetRequiredValue(_path)), OptionsOf(parsed))),
                _ => () => StartPeer(parsed.GetRequiredValue(_path), parsed.GetValue(_threads)),
            }))));
    }

    private SessionOptions OptionsOf(ParseResult parsed) => new() { Threads = parsed.GetValue(_threads) };

    // Loads, and gives what makes the session ready for its first run, which gives the run.
    private static Func<Action> Start(InferenceSession session) => () =>
    {
        InferenceRequest request = session.CreateRequest();
        request.Input(session.InputMetadata[0].Name).Fill(0.5f);
        return () => request.Run();
    };

    private static Func<Action> StartPeer(string path, int threads)
    {
        OrtSession session = new(path, new OrtSessionOptions { Threads = threads });
        return () =>
        {
            // The peer does not tell what a model wants; every network here wants one picture of this size.
            const int Size = 224;
            float[] elements = new float[3 * Size * Size];
            Array.Fill(elements, 0.5f);
            Dictionary<string, Tensor> inputs = new() { [FootprintCommand.InputName] = Tensor.From(elements, [1, 3, Size, Size]) };
            return () => session.Run(inputs, [FootprintCommand.OutputName]);
        };
    }

    private static Footprint Measure(Func<Func<Action>> load)
    {
        long before = Resident();
        long start = Stopwatch.GetTimestamp();
        Func<Action> prepare = load();
        double loadMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;

        start = Stopwatch.GetTimestamp();
        Action run = prepare();
        run();
        double firstRunMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;

        RunTimes times = new();
        times.Measure(run, Runs);
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        run();
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;

        // What .NET would give back by and by is not the model's.
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using Process process = Process.GetCurrentProcess();
        return new Footprint(loadMs, firstRunMs, times.Median, Resident() - before, process.PeakWorkingSet64 - before, allocated);
    }

    private static long Resident()
    {
        using Process process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
