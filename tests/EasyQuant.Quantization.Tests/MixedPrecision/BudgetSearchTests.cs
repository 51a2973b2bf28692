using EasyQuant.Graphs;
using EasyQuant.Quantization.MixedPrecision;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Sensitivity;
using Xunit;

namespace EasyQuant.Quantization.Tests.MixedPrecision;

public sealed class BudgetSearchTests
{
    // What stands for the rest of a file: shapes, names, attributes.
    private const double Overhead = 1000;

    private static readonly QuantizationOptions s_options = new() { Method = QuantizationMethod.MinMax };

    [Fact]
    public void WithinABoundOnBytes_NoOtherChoiceOfFloatLayersHasLessNoise()
    {
        Model model = SmallNetwork.Create();
        LayerVariants variants = LayerVariants.Of(model, SmallNetwork.Samples(6), s_options with { Method = QuantizationMethod.MeanSquaredError }, CancellationToken.None);
        using OutputNoise noise = new(model, SmallNetwork.Samples(6), 1, CancellationToken.None);
        QuantizableLayer[][] together = [.. variants.Layers.GroupBy(l => l.Input).Select(g => g.ToArray())];
        double[] noises = [.. together.Select(t => noise.Of(variants.With(t.Contains)!, CancellationToken.None))];
        double[] weights = [.. together.Select(t => (double)t.Sum(l => l.Rows.Length))];
        double budget = Overhead + 2.3 * weights.Sum();

        BudgetResult result = BudgetSearch.Run(
            model, SmallNetwork.Samples(6), s_options, new BudgetOptions { Cost = BitCost.Bytes, Budget = budget, Widths = [8] }, m => Overhead + Size(m));

        double least = Enumerable.Range(0, 1 << together.Length)
            .Where(inFloat => Overhead + weights.Select((w, i) => (inFloat >> i & 1) == 1 ? 4 * w : w).Sum() <= budget)
            .Min(inFloat => noises.Select((n, i) => (inFloat >> i & 1) == 1 ? 0 : n).Sum());
        Assert.True(result.Reached);
        Assert.True(result.BestTrial.Measured <= budget);
        Assert.Equal(result.BestTrial.Measured, Overhead + Size(result.Best.Model));
        Assert.Equal(least, result.BestTrial.Noise, least * 1e-6);
    }

    [Fact]
    public void ABoundThatNothingHolds_IsSaidToBeMissed_AndTheSmallestNetworkIsKept()
    {
        Model model = SmallNetwork.Create();
        BudgetResult result = BudgetSearch.Run(
            model, SmallNetwork.Samples(6), s_options, new BudgetOptions { Cost = BitCost.Bytes, Budget = 10, Widths = [8] }, Size);

        Assert.False(result.Reached);
        Assert.Empty(result.Best.FloatNodes);
    }

    [Fact]
    public void ABoundThatTheFloatNetworkHolds_StillQuantizesALayer()
    {
        Model model = SmallNetwork.Create();
        BudgetResult result = BudgetSearch.Run(
            model, SmallNetwork.Samples(6), s_options, new BudgetOptions { Cost = BitCost.Bytes, Budget = 1e9, Widths = [8] }, Size);

        Assert.True(result.Reached);
        Assert.NotEmpty(result.Best.Layers);
        Assert.NotEmpty(result.Best.FloatNodes);
    }

    [Fact]
    public void ABoundOnTime_IsMetByTheTimeThatWasMeasured()
    {
        // Time that depends on the bits alone, so that what can be reached is known.
        static double Time(Model m) => m.Graph.Nodes.Count(n => n.OpType == "DequantizeLinear") + BitsInClips(m);
        Model model = SmallNetwork.Create();
        double slow = Time(PostTrainingQuantizer.Run(model, SmallNetwork.Samples(6), s_options).Model);

        BudgetResult result = BudgetSearch.Run(model, SmallNetwork.Samples(6), s_options, new BudgetOptions { Cost = BitCost.Latency, Budget = 2 * slow, Trials = 3 }, Time);

        Assert.True(result.Reached);
        Assert.True(Time(result.Best.Model) <= 2 * slow);
        Assert.InRange(result.Trials.Count, 2, 6);
    }

    [Fact]
    public void Products_CannotBeBounded() => Assert.Throws<ArgumentException>(() => BudgetSearch.Run(
        SmallNetwork.Create(), SmallNetwork.Samples(2), s_options, new BudgetOptions { Cost = BitCost.Products, Budget = 1 }, Size));

    [Fact]
    public void OptionsThatAllowNoNetwork_AreRefused()
    {
        BudgetOptions options = new() { Cost = BitCost.Bytes, Budget = 1000 };

        Assert.All(
            [options with { Trials = 0 }, options with { Widths = [] }, options with { Budget = 0 }, options with { Budget = double.NaN }],
            o => Assert.Throws<ArgumentOutOfRangeException>(() => BudgetSearch.Run(SmallNetwork.Create(), SmallNetwork.Samples(2), s_options, o, Size)));
    }

    private static double BitsInClips(Model model) => model.Graph.Nodes.Count(n => n.OpType == "Clip");

    private static double Size(Model model) => model.Graph.Nodes
        .Where(n => n.OpType is "Conv" or "Gemm" or "MatMul")
        .Sum(n => n.Inputs[1]!.Producer is { } dequantize ? dequantize.Inputs[0]!.Constant!.Bytes.Length : n.Inputs[1]!.Constant!.Bytes.Length);
}
