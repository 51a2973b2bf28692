using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Recurrence;

/// <summary>The steps of sequences as samples of their own, each with the states that a float model has then.</summary>
/// <remarks>So whatever takes samples in any order can take them: calibration, searches, comparisons. The states stay in memory.</remarks>
public sealed class UnrolledSource : ISampleSource
{
    private const long BudgetBytes = 2L << 30;

    private readonly ISequenceSource _sequences;
    private readonly IReadOnlyList<int> _wanted;
    private readonly IReadOnlyDictionary<string, Tensor>[] _states;

    private UnrolledSource(ISequenceSource sequences, IReadOnlyList<int> wanted)
    {
        _sequences = sequences;
        _wanted = wanted;
        _states = new IReadOnlyDictionary<string, Tensor>[wanted.Count];
    }

    /// <inheritdoc/>
    public int Count => _wanted.Count;

    /// <inheritdoc/>
    public Sample Read(int index)
    {
        Sample sample = _sequences.Read(_wanted[index]);
        return sample with { Inputs = sample.Inputs.Concat(_states[index].Where(s => !sample.Inputs.ContainsKey(s.Key))).ToDictionary(StringComparer.Ordinal) };
    }

    /// <summary>Runs the model over the sequences, as far as the last step that is wanted of each.</summary>
    /// <param name="model">The float model.</param>
    /// <param name="links">Which outputs are fed back.</param>
    /// <param name="sequences">The sequences.</param>
    /// <param name="wanted">The steps to keep, by their index in <paramref name="sequences"/>; they are this source's samples, in this order.</param>
    /// <param name="threads">How many sequences run beside each other; the states do not depend on it.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="InvalidSampleException">A sample cannot be used, or the states do not fit in memory.</exception>
    /// <exception cref="InvalidModelException">The model cannot be run.</exception>
    public static UnrolledSource Run(
        Model model,
        FeedbackLinks links,
        ISequenceSource sequences,
        IReadOnlyList<int> wanted,
        int threads,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        UnrolledSource source = new(sequences, wanted);
        Dictionary<int, int> places = wanted.Index().ToDictionary(w => w.Item, w => w.Index);
        int[] starts = Starts(sequences);
        using GraphExecutor executor = new(model, new ExecutorOptions { Threads = sequences.Lengths.Count == 1 ? threads : 1 });
        int done = 0;
        long bytes = 0;
        ParallelSamples.Run(sequences.Lengths.Count, threads, sequence =>
        {
            IReadOnlyDictionary<string, Tensor>? outputs = null;
            int[] ahead = [.. Enumerable.Range(starts[sequence], sequences.Lengths[sequence]).Where(places.ContainsKey)];
            for (int step = starts[sequence]; ahead.Length > 0 && step <= ahead[^1]; step++)
            {
                Sample sample = sequences.Read(step);
                IReadOnlyDictionary<string, Tensor> inputs = links.Complete(sample, outputs);
                if (places.TryGetValue(step, out int place))
                {
                    source._states[place] = inputs.Where(i => links.IsState(i.Key)).ToDictionary(StringComparer.Ordinal);
                    RequireRoom(Interlocked.Add(ref bytes, source._states[place].Values.Sum(t => (long)t.ByteLength)), wanted.Count);
                    progress?.Report(new EvaluationProgress(Interlocked.Increment(ref done), wanted.Count));
                }

                if (step < ahead[^1])
                {
                    outputs = SampleErrors.Name(sample.Name, "the model", () => executor.Run(inputs, cancellationToken));
                }
            }
        }, cancellationToken);
        return source;
    }

    /// <summary>Where each sequence begins.</summary>
    internal static int[] Starts(ISequenceSource sequences)
    {
        int[] starts = new int[sequences.Lengths.Count];
        for (int i = 1; i < starts.Length; i++)
        {
            starts[i] = starts[i - 1] + sequences.Lengths[i - 1];
        }

        return starts;
    }

    private static void RequireRoom(long bytes, int steps)
    {
        if (bytes > BudgetBytes)
        {
            throw new InvalidSampleException($"The states of {steps} steps take more than {BudgetBytes >> 30} GiB of memory. Draw fewer with --samples, or give shorter sequences.");
        }
    }
}
