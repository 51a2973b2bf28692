using System.Diagnostics;
using EasyQuant.Cli;
using EasyQuant.Data;
using EasyQuant.Graphs;

namespace EasyQuant.Fuzz.Kit;

/// <summary>What came of an input.</summary>
internal enum Outcome
{
    /// <summary>It was read and used.</summary>
    Ran,

    /// <summary>It was refused with a message of ours.</summary>
    Refused,

    /// <summary>Neither: a fault of ours.</summary>
    Defect,
}

/// <summary>What came of an input, and what it took.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Finding">For a defect what it is and where, for a refusal its message.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="AllocatedBytes">How much was allocated.</param>
internal sealed record TrialResult(Outcome Outcome, string Finding, double Milliseconds, long AllocatedBytes);

/// <summary>Tries one input under limits.</summary>
internal static class Trial
{
    /// <summary>What an input may take; a run of a model is told to end in half the time.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    // A thread's stack where it is smallest: the main thread of a program on Windows.
    private const int StackBytes = 1 << 20;

    // What .NET says of its own accord: it names no file, no layer and no way out.
    private static readonly string[] s_vague =
    [
        "Index was out", "Object reference", "Arithmetic operation resulted", "Attempted to divide", "Specified argument was out of the range", "Value cannot be null",
        "Non-negative number", "Specified cast", "was not present in the dictionary", "Destination is too short", "Array dimensions exceeded", "Insufficient memory", "Sequence contains",
        "must be a non-negative", "must be greater than", "must be less than", "Parameter '", "Negating the minimum", "Value was either too large",
    ];

    /// <summary>Writes the input into a folder of its own, lets the target try it, and looks at what happened.</summary>
    public static TrialResult Run(FuzzTarget target, byte[] input)
    {
        GuardedMemory.Install();
        using Playground playground = new(target, input);
        using CancellationTokenSource cancellation = new(TimeLimit / 2);
        Exception? error = null;
        double milliseconds = 0;
        long allocated = 0;
        Thread thread = new(
            () =>
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                long start = Stopwatch.GetTimestamp();
                try
                {
                    target.Try(playground.Input, cancellation.Token);
                }
#pragma warning disable CA1031 // What exceptions come is the question.
                catch (Exception found)
#pragma warning restore CA1031
                {
                    error = found;
                }

                milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            },
            StackBytes);
        thread.Start();
        thread.Join();
        string? defect = Judge(error, cancellation.Token)
            ?? (milliseconds > TimeLimit.TotalMilliseconds ? "it takes too long" : null)
            ?? (allocated > target.AllowedBytes(input.Length) ? "it allocates too much" : null)
            ?? playground.FindChange();
        return defect is not null
            ? new TrialResult(Outcome.Defect, error is null ? defect : $"{defect}{Environment.NewLine}{error}", milliseconds, allocated)
            : new TrialResult(error is null or OperationCanceledException ? Outcome.Ran : Outcome.Refused, error?.Message ?? "", milliseconds, allocated);
    }

    private static string? Judge(Exception? error, CancellationToken cancellation) => error switch
    {
        null => null,
        OperationCanceledException when cancellation.IsCancellationRequested => null,
        InvalidModelException or InvalidSampleException or UnusableFileException => s_vague.FirstOrDefault(v => error.Message.Contains(v, StringComparison.Ordinal)) is { } words
            ? $"vague message '{words}' {Place(error)}"
            : null,
        _ => $"{error.GetType().Name} {Place(error)}",
    };

    // The innermost method of ours.
    private static string Place(Exception error)
    {
        while (error.InnerException is { } inner)
        {
            error = inner;
        }

        return (error.StackTrace ?? "").Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.StartsWith("at EasyQuant.", StringComparison.Ordinal) && !l.Contains(".Fuzz.", StringComparison.Ordinal)) is { } line
            ? line.Split(" in ")[0]
            : $"in {error.StackTrace?.Split('\n')[0].Trim()}";
    }
}
