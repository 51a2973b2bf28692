using System.Diagnostics;
using EasyQuant.Data;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Recurrence;
using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Testing.Stories;

namespace EasyQuant.Benchmarks.Stories;

/// <summary>One network of the table.</summary>
internal sealed class StoryRow : IDisposable
{
    private readonly string _name;
    private readonly long _bytes;
    private readonly IModelExecutor _executor;
    private readonly StoryScores _scores;
    private readonly double _msPerToken;

    public StoryRow(string name, Model model, Engine engine, ISequenceSource stories, FeedbackLinks links)
    {
        _name = name;
        _bytes = model.Graph.Initializers.Sum(i => (long)(i.Constant?.ByteLength ?? 0));
        _executor = Executors.Create(model, engine, threads: 1);
        long start = Stopwatch.GetTimestamp();
        _scores = StoryScores.Of(_executor, links, stories);
        _msPerToken = Stopwatch.GetElapsedTime(start).TotalMilliseconds / stories.Count;
    }

    public string[] Cells(StoryRow reference, StoryCheckpoint checkpoint, IReadOnlyList<int> told)
    {
        IReadOnlyList<int> own = new StoryTeller(inputs => _executor.Run(inputs), checkpoint).Tell(told.Count, StoryTeller.Likeliest);
        int same = told.Zip(own).TakeWhile(t => t.First == t.Second).Count();
        return [_name, $"{_bytes:n0}", $"{_scores.Perplexity:0.0000}", $"{_scores.Top1:0.00}", $"{_scores.AgreementWith(reference._scores):0.00}", $"{same} of {told.Count}", $"{_msPerToken:0.00}"];
    }

    public void Dispose() => _executor.Dispose();
}
