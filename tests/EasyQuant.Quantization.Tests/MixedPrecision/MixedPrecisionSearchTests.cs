using EasyQuant.Graphs;
using EasyQuant.Quantization.MixedPrecision;
using EasyQuant.Quantization.Sensitivity;
using Xunit;

namespace EasyQuant.Quantization.Tests.MixedPrecision;

public sealed class MixedPrecisionSearchTests
{
    // A task that loses a point for each 1e-4 of noise, so that what is asked for is known.
    private const double NoiseOfAPoint = 1e-4;

    private static readonly QuantizationOptions s_options = new() { Method = QuantizationMethod.MinMax };

    [Fact]
    public void ATargetThatEightBitsReach_IsReachedWithFewer()
    {
        Model model = SmallNetwork.Create();
        using OutputNoise noise = new(model, SmallNetwork.Samples(8, seed: 5), 2, CancellationToken.None);
        double atEight = noise.Of(Quantize(model, 8), CancellationToken.None) / NoiseOfAPoint;
        double atFour = noise.Of(Quantize(model, 4), CancellationToken.None) / NoiseOfAPoint;
        double target = Math.Sqrt(atEight * atFour);

        MixedPrecisionResult result = MixedPrecisionSearch.Run(
            model, SmallNetwork.Samples(8), s_options, new MixedPrecisionOptions { TargetDrop = target }, m => noise.Of(m, CancellationToken.None) / NoiseOfAPoint);

        Assert.True(result.Reached);
        Assert.InRange(result.BestTrial.MeanBits, 4, 7.9);
        Assert.True(noise.Of(result.Best.Model, CancellationToken.None) / NoiseOfAPoint <= target);
        Assert.All(result.Trials.Where(t => t.Drop <= target), t => Assert.True(t.MeanBits >= result.BestTrial.MeanBits));
    }

    [Fact]
    public void ATargetThatNothingReaches_IsSaidToBeMissed_AndTheLeastLossIsKept()
    {
        Model model = SmallNetwork.Create();
        using OutputNoise noise = new(model, SmallNetwork.Samples(8, seed: 5), 2, CancellationToken.None);
        MixedPrecisionResult result = MixedPrecisionSearch.Run(
            model, SmallNetwork.Samples(8), s_options, new MixedPrecisionOptions { TargetDrop = 0, Trials = 4 }, m => noise.Of(m, CancellationToken.None) / NoiseOfAPoint);

        Assert.False(result.Reached);
        Assert.Equal(result.Trials.Min(t => t.Drop), result.BestTrial.Drop);
    }

    [Fact]
    public void ALossByChance_DoesNotLeadTheSearchAway()
    {
        // Between a quarter of the noise at the most bits, where some layers stay in float, and that at the fewest.
        Assert.Equal(0.2, MixedPrecisionSearch.NextBound([], 0.2, 0.08, 2), 1e-12);

        // Little too much: half the noise. Three times: a third. Far too much: a quarter. Never past the most bits without trying them, nor below the least.
        Assert.Equal(0.1, MixedPrecisionSearch.NextBound([(0.2, 0.21)], 0.2, 0.004, 2), 1e-12);
        Assert.Equal(0.1, MixedPrecisionSearch.NextBound([(0.3, 0.6)], 0.2, 0.004, 2), 1e-12);
        Assert.Equal(0.05, MixedPrecisionSearch.NextBound([(0.2, 50)], 0.2, 0.004, 2), 1e-12);
        Assert.Equal(0.05, MixedPrecisionSearch.NextBound([(0.2, 50)], 0, 0.004, 2), 1e-12);
        Assert.Equal(0.08, MixedPrecisionSearch.NextBound([(0.2, 50)], 0.2, 0.08, 2), 1e-12);
        Assert.Equal(0.04, MixedPrecisionSearch.NextBound([(0.2, 50), (0.08, 0.3)], 0.2, 0.08, 2), 1e-12);
        Assert.Equal(0.02, MixedPrecisionSearch.NextBound([(0.2, 50), (0.03, 0.9)], 0.2, 0.08, 2), 1e-12);

        // Nothing was borne down to the least: another try between those that lost little.
        Assert.Equal(0.08, MixedPrecisionSearch.NextBound([(1, 0.9), (0.02, 0.3), (0.32, 0.8)], 0.2, 0.08, 2), 1e-12);
        Assert.Equal(0.4, MixedPrecisionSearch.NextBound([(0.5, 0.3), (0.02, 0.9), (0.32, 0.3)], 0.2, 0.08, 2), 1e-12);

        // 0.1 was borne, though 0.05 was not: between 0.1 and 0.4.
        Assert.Equal(0.2, MixedPrecisionSearch.NextBound([(0.4, 0.9), (0.05, 0.3), (0.1, 0.1)], 0.2, 0.004, 2), 1e-12);
        Assert.Equal(0.8, MixedPrecisionSearch.NextBound([(0.32, 0.1)], 0.2, 0.004, 2), 1e-12);
    }

    [Fact]
    public void Sensitivity_OfALayer_IsThatOfTheNetworkInWhichItAloneIsQuantized()
    {
        Model model = SmallNetwork.Create();
        (IReadOnlyList<UniformNoise> uniform, IReadOnlyList<LayerSensitivity> layers) = SensitivityAnalysis.Run(model, SmallNetwork.Samples(6), s_options, [8, 4]);

        Assert.Equal(14, layers.Count);
        Assert.True(uniform[0].Noise < uniform[1].Noise);
        foreach (LayerSensitivity at4 in layers.Where(l => l.Bits == 4))
        {
            LayerSensitivity at8 = layers.Single(l => l.Layer == at4.Layer && l.Bits == 8);
            Assert.True(at8.AloneNoise < at4.AloneNoise, $"{at4.Layer}: {at8.AloneNoise} at 8 bits, {at4.AloneNoise} at 4");
        }

        // The layer by itself, made the plain way.
        LayerSensitivity first = layers.First(l => l.Bits == 4);
        LayerOverride[] others = [.. layers.Where(l => l.Bits == 4 && l.Layer != first.Layer).Select(l => new LayerOverride(new($"^{l.Layer}$"), Float: true))];
        Model alone = PostTrainingQuantizer.Run(model, SmallNetwork.Samples(6), s_options with { WeightBits = 4, ActivationBits = 4, Overrides = others }).Model;
        using OutputNoise noise = new(model, SmallNetwork.Samples(6), 1, CancellationToken.None);
        Assert.Equal(noise.Of(alone, CancellationToken.None), first.AloneNoise, first.AloneNoise * 1e-6);
    }

    private static Model Quantize(Model model, int bits) =>
        PostTrainingQuantizer.Run(model, SmallNetwork.Samples(8), s_options with { WeightBits = bits, ActivationBits = bits }).Model;
}
