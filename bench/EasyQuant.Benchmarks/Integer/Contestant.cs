using System.Diagnostics;

namespace EasyQuant.Benchmarks.Integer;

/// <summary>One of several programs or settings whose times are taken in turns.</summary>
internal sealed class Contestant(Action run)
{
    private const int RunsPerTurn = 8;

    private static readonly TimeSpan s_longestTurn = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(0.5);

    // Threads spin for a few milliseconds at most before they sleep.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(30);

    private readonly RunTimes _times = new();
    private int _runs;

    /// <summary>What the turns took so far.</summary>
    public Latency Latency => new(_times.Median, _times.Min, _runs);

    /// <summary>How the turns are taken, for the reader of the table.</summary>
    public static string Explain(TimeSpan time, string contestants) =>
        $"Milliseconds: median (minimum). Batch 1, one process; for {time.TotalSeconds:0.#} s {contestants} take turns of {RunsPerTurn} runs, fewer where they "
        + $"take longer than {s_longestTurn.TotalMilliseconds:0} ms, after one run that is not counted. Both programs keep their usual spinning; "
        + $"{s_pause.TotalMilliseconds:0} ms of rest before each turn put the other's threads to sleep.";

    /// <summary>Lets all take turns for some time.</summary>
    public static void Compete(Contestant[] all, TimeSpan time)
    {
        Array.ForEach(all, c => RunTimes.WarmUp(c.Run, s_warmUp));
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round == 0 || Stopwatch.GetElapsedTime(start) < time; round++)
        {
            // Who comes first changes, so that none always follows the same other.
            for (int turn = 0; turn < all.Length; turn++)
            {
                all[(round + turn) % all.Length].TakeTurn();
            }
        }
    }

    private void Run() => run();

    private void TakeTurn()
    {
        Thread.Sleep(s_pause);
        long start = Stopwatch.GetTimestamp();
        run();
        int runs = (int)Math.Clamp(s_longestTurn / Stopwatch.GetElapsedTime(start), 1, RunsPerTurn);
        _times.Measure(run, runs);
        _runs += runs;
    }
}
