namespace EasyQuant.Quantization.MixedPrecision;

/// <summary>What a choice of bits costs.</summary>
public enum BitCost
{
    /// <summary>Bits squared for each multiply-accumulate, whatever computes it.</summary>
    Products,

    /// <summary>The time that the integer engine takes for the layer on this machine, measured at each width.</summary>
    Latency,

    /// <summary>Bytes of the layer's weights in a file: one for each integer, whatever its bits, and four for each float.</summary>
    Bytes,
}

/// <summary>What a search for the bits of each layer is to reach.</summary>
public sealed record MixedPrecisionOptions
{
    /// <summary>The most that the task's metric may lose, in its own points.</summary>
    public required double TargetDrop { get; init; }

    /// <summary>What is to be small.</summary>
    public BitCost Cost { get; init; } = BitCost.Products;

    /// <summary>Bits that a layer may have, most first; weights and input alike.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [8, 7, 6, 5, 4];

    /// <summary>Networks that are quantized and measured at most.</summary>
    public int Trials { get; init; } = 8;

    /// <summary>After this time no further network is begun.</summary>
    public TimeSpan TimeBudget { get; init; } = TimeSpan.FromMinutes(30);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Widths.Count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Trials, 1);
    }
}

/// <summary>A network that was quantized and measured.</summary>
/// <param name="Cost">What the choice costs: mean bits squared, or milliseconds of the layers as measured beforehand.</param>
/// <param name="MeanBits">Bits of weights and inputs, the mean over all multiply-accumulates; 32 for layers in float.</param>
/// <param name="Drop">What the task's metric lost.</param>
/// <param name="Overrides">The bits of each layer.</param>
public sealed record MixedPrecisionTrial(double Cost, double MeanBits, double Drop, IReadOnlyList<LayerOverride> Overrides);

/// <summary>What a search found.</summary>
/// <param name="Best">The network of least cost that reached the target, or of the least loss where none did.</param>
/// <param name="BestTrial">Its measurement.</param>
/// <param name="Reached">Whether it reached the target.</param>
/// <param name="Trials">All measurements, in order.</param>
public sealed record MixedPrecisionResult(QuantizationResult Best, MixedPrecisionTrial BestTrial, bool Reached, IReadOnlyList<MixedPrecisionTrial> Trials);
