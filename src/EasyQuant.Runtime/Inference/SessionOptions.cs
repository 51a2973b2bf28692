namespace EasyQuant.Runtime.Inference;

/// <summary>How an <see cref="InferenceSession"/> runs.</summary>
public sealed record SessionOptions
{
    /// <summary>Threads of one run.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The level of instructions to use, as <c>EASYQUANT_ISA</c> names it; by default what that variable says, or the fastest.</summary>
    public string? Isa { get; init; }

    /// <summary>Which 3 × 3 convolutions are computed by Winograd's method.</summary>
    public WinogradUse Winograd { get; init; } = WinogradUse.Auto;

    /// <summary>
    /// For how many different sets of input extents, batch sizes among them, the session keeps what it prepares: those that were used last.
    /// An image network fed with pictures of many sizes prepares anew when a size comes again that has fallen out.
    /// </summary>
    public int KeptPlans { get; init; } = 4;
}
