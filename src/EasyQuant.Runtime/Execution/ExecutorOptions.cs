namespace EasyQuant.Runtime.Execution;

/// <summary>How a graph is executed; never what it computes.</summary>
public sealed record ExecutorOptions
{
    /// <summary>How many threads one run uses, the caller's included.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether nodes of constants alone are computed once, when the graph is prepared.</summary>
    public bool FoldConstants { get; init; } = true;

    /// <summary>The largest result in bytes that folding may keep; larger ones are computed in every run.</summary>
    public long LargestFoldedBytes { get; init; } = 64L << 20;

    /// <summary>
    /// The bytes that folded constants and packed weights may take together; what exceeds them is made in every run anew, and memory
    /// then does not grow with the model.
    /// </summary>
    public long ConstantCopyBytes { get; init; } = 1L << 30;

    /// <summary>
    /// Bytes that the values between operators may take at once, those below 4 KiB not counted; a run that needs more ends with
    /// <see cref="Graphs.InvalidModelException"/>. For models of unknown origin: by default there is no limit.
    /// </summary>
    public long MemoryLimit { get; init; } = long.MaxValue;
}
