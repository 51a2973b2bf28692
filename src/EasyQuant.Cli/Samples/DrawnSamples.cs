using EasyQuant.Cli.Terminal;
using EasyQuant.Data;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation.Recurrence;
using EasyQuant.Graphs;

namespace EasyQuant.Cli.Samples;

/// <summary>Samples drawn at random, for what takes them in any order.</summary>
/// <param name="Drawn">Those drawn; of sequences it knows the others only where all were asked for.</param>
/// <param name="Total">How many there are to draw from.</param>
internal sealed record DrawnSamples(SubsetSource Drawn, int Total)
{
    /// <summary>Opens samples and draws from them. With feedback, steps of sequences are drawn, each with the states that the float model has then.</summary>
    /// <exception cref="InvalidSampleException">There are none, or they do not fit.</exception>
    /// <exception cref="UsageException">They are pictures and nobody says how to prepare them.</exception>
    public static DrawnSamples Open(SampleRequest request, FeedbackLinks? feedback, bool all, int threads, Session session)
    {
        if (feedback is null)
        {
            ISampleSource samples = request.Preprocess.Open(request.Path, request.Model, request.Labels);
            return new DrawnSamples(SubsetSource.Draw(samples, request.Count, (ulong)request.Seed), samples.Count);
        }

        SequenceSource sequences = request.Preprocess.OpenSequences(request.Path, request.Model, feedback, request.Labels);
        IReadOnlyList<int> drawn = SubsetSource.Draw(sequences, request.Count, (ulong)request.Seed).Indices;
        int[] wanted = all ? [.. Enumerable.Range(0, sequences.Count)] : [.. drawn];
        session.Note($"{sequences.Lengths.Count} sequences of {sequences.Lengths.Min()} to {sequences.Lengths.Max()} steps; the float model makes the states of {wanted.Length}.");
        UnrolledSource steps = session.Progress.Show(progress => UnrolledSource.Run(
            request.Model, feedback, sequences, wanted, threads, new EvaluationReporter("states", progress), session.CancellationToken));
        return new DrawnSamples(new SubsetSource(steps, all ? drawn : [.. Enumerable.Range(0, steps.Count)]), sequences.Count);
    }
}

/// <summary>Where samples come from and how many are drawn.</summary>
internal sealed record SampleRequest(PreprocessChoice Preprocess, string Path, Model Model, string? Labels, int Count, int Seed);
