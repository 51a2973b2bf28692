namespace EasyQuant.Quantization.MixedPrecision;

/// <summary>What a network may take.</summary>
public sealed record BudgetOptions
{
    /// <summary>What is bounded: <see cref="BitCost.Latency"/> in milliseconds, or <see cref="BitCost.Bytes"/>.</summary>
    public required BitCost Cost { get; init; }

    /// <summary>The bound.</summary>
    public required double Budget { get; init; }

    /// <summary>Bits that a layer may have, most first, beside float; weights and input alike.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [8, 7, 6, 5, 4];

    /// <summary>Networks that are made and measured at most before the last.</summary>
    public int Trials { get; init; } = 8;

    /// <summary>After this time no further network is begun, but for the last.</summary>
    public TimeSpan TimeBudget { get; init; } = TimeSpan.FromMinutes(30);

    internal void Validate()
    {
        if (Cost == BitCost.Products)
        {
            throw new ArgumentException("A bound holds for time or bytes; products are not bounded.", nameof(Cost));
        }

        if (!(Budget > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(Budget), Budget, "Expected more than zero.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(Widths.Count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Trials, 1);
    }
}

/// <summary>A network that was made and measured.</summary>
/// <param name="Measured">What the whole network takes: milliseconds, or bytes.</param>
/// <param name="MeanBits">Bits of weights and inputs, the mean over all multiply-accumulates; 32 for layers in float.</param>
/// <param name="Noise">Noise over signal of the outputs: the sum of what each layer alone brings.</param>
/// <param name="Overrides">The bits of each layer.</param>
public sealed record BudgetTrial(double Measured, double MeanBits, double Noise, IReadOnlyList<LayerOverride> Overrides);

/// <summary>What a search found.</summary>
/// <param name="Best">The network of least noise within the bound, or the one that takes least where none is.</param>
/// <param name="BestTrial">Its measurement.</param>
/// <param name="Reached">Whether it holds the bound.</param>
/// <param name="Trials">All measurements, in order, the last that of <paramref name="Best"/>.</param>
public sealed record BudgetResult(QuantizationResult Best, BudgetTrial BestTrial, bool Reached, IReadOnlyList<BudgetTrial> Trials);
