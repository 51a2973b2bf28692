using System.Diagnostics;
using EasyQuant.Benchmarks.Integer;
using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference;
using EasyQuant.Tensors;

namespace EasyQuant.Benchmarks.Soak;

/// <summary>Callers that share a session: some hold a request, some hand over dictionaries, some run batches of two where the model takes them.</summary>
internal sealed class SoakRun
{
    private const int InputCount = 8;
    private static readonly TimeSpan s_samplingPeriod = TimeSpan.FromSeconds(2);

    private readonly Model _model;
    private readonly int _callers;
    private readonly int _threads;
    private readonly IReadOnlyDictionary<string, Tensor>[] _inputs;
    private readonly byte[][] _expected;
    private long _runs;
    private long _different;

    /// <summary>Computes what is expected, with one thread.</summary>
    public SoakRun(Model model, int callers, int threads)
    {
        (_model, _callers, _threads) = (model, callers, threads);
        NoiseSamples samples = new(model, InputCount);
        _inputs = [.. Enumerable.Range(0, InputCount).Select(i => samples.Read(i).Inputs)];
        using InferenceSession alone = new(model, new SessionOptions { Threads = 1 });
        _expected = [.. _inputs.Select(i => alone.Run(i).Values.First().Bytes.ToArray())];
    }

    public long Runs => Volatile.Read(ref _runs);

    public long Different => Volatile.Read(ref _different);

    /// <summary>Runs for so long.</summary>
    public MemoryLog Run(TimeSpan time)
    {
        using InferenceSession session = new(_model, new SessionOptions { Threads = _threads });
        using CancellationTokenSource end = new();
        Thread[] threads = [.. Enumerable.Range(0, _callers).Select(c => new Thread(() => Call(session, c, end.Token)))];
        Array.ForEach(threads, t => t.Start());
        MemoryLog log = new();
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            Thread.Sleep(s_samplingPeriod);
            log.Add(Runs, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        end.Cancel();
        Array.ForEach(threads, t => t.Join());
        return log;
    }

    private void Call(InferenceSession session, int caller, CancellationToken end)
    {
        switch (caller % 4)
        {
            case 0 or 1:
                CallRequest(session, batch: 1, caller, end);
                break;
            case 2:
                CallDictionaries(session, caller, end);
                break;
            default:
                CallRequest(session, batch: 2, caller, end);
                break;
        }
    }

    private void CallRequest(InferenceSession session, int batch, int first, CancellationToken end)
    {
        string input = session.InputMetadata[0].Name, output = session.OutputMetadata[0].Name;
        batch = session.InputMetadata[0].Shape?.Dimensions[0].Value ?? batch;
        Shape shape = new([batch, .. _inputs[0][input].Shape.Dimensions[1..]]);
        using InferenceRequest request = session.CreateRequest(new Dictionary<string, Shape> { [input] = shape });
        int length = _inputs[0][input].Count;
        for (int i = first; !end.IsCancellationRequested; i += batch)
        {
            for (int sample = 0; sample < batch; sample++)
            {
                _inputs[(i + sample) % InputCount][input].AsSpan<float>().CopyTo(request.Input(input).Slice(sample * length, length));
            }

            request.Run(CancellationToken.None);
            ReadOnlySpan<byte> bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(request.Output(output));
            int outputLength = bytes.Length / batch;
            for (int sample = 0; sample < batch; sample++)
            {
                Count(bytes.Slice(sample * outputLength, outputLength), (i + sample) % InputCount);
            }
        }
    }

    private void CallDictionaries(InferenceSession session, int first, CancellationToken end)
    {
        for (int i = first; !end.IsCancellationRequested; i++)
        {
            Count(session.Run(_inputs[i % InputCount], CancellationToken.None).Values.First().Bytes.Span, i % InputCount);
        }
    }

    private void Count(ReadOnlySpan<byte> output, int input)
    {
        Interlocked.Increment(ref _runs);
        if (!output.SequenceEqual(_expected[input]))
        {
            Interlocked.Increment(ref _different);
        }
    }
}
