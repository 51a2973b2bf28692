using EasyQuant.Evaluation.Metrics;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>How a task is run.</summary>
public sealed record TaskOptions
{
    /// <summary>How many samples run beside each other; the results do not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where random choices begin: the draws of the bootstrap, the pairs of different persons.</summary>
    public ulong Seed { get; init; }

    /// <summary>How many times the bootstrap draws.</summary>
    public int Replicates { get; init; } = 1000;

    internal Bootstrap Bootstrap => new(Replicates, Seed);
}
