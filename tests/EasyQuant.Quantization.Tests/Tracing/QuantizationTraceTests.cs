using EasyQuant.Graphs;
using EasyQuant.Quantization.Algorithms.ScaleSearch;
using EasyQuant.Quantization.Tests.Algorithms.ScaleSearch;
using EasyQuant.Quantization.Tracing;
using Xunit;

namespace EasyQuant.Quantization.Tests.Tracing;

public sealed class QuantizationTraceTests
{
    [Fact]
    public void ATrace_ChangesNothingInTheModel()
    {
        QuantizationOptions options = new() { WeightBits = 5, ActivationBits = 6, Rounds = 2 };
        QuantizationResult plain = PostTrainingQuantizer.Run(SmallNetwork.Create(), SmallNetwork.Samples(8), options);
        QuantizationResult traced = PostTrainingQuantizer.Run(SmallNetwork.Create(), SmallNetwork.Samples(8), options with { KeepTrace = true });

        Assert.Null(plain.Trace);
        Assert.NotNull(traced.Trace);
        Assert.Equal(GraphText.Print(plain.Model.Graph), GraphText.Print(traced.Model.Graph));
        Assert.Equal(ConstantsOf(plain.Model), ConstantsOf(traced.Model));
    }

    [Fact]
    public void EveryLayerAndEveryTensor_HasItsDistribution_AndTheStepsThatWereStored()
    {
        QuantizationResult result = PostTrainingQuantizer.Run(SmallNetwork.Create(), SmallNetwork.Samples(6), new QuantizationOptions { KeepTrace = true });
        QuantizationTrace trace = result.Trace!;

        Assert.Equal(result.Layers.Select(l => l.Name), trace.Weights.Select(w => w.Layer));
        foreach (LayerReport layer in result.Layers)
        {
            TensorTrace input = Assert.Single(trace.Tensors, t => t.Readers.Contains(layer.Name));
            Assert.Equal(layer.InputScale, input.Scale);
            Assert.Equal(layer.ActivationBits, input.Grid.Bits);
        }

        TensorTrace image = Assert.Single(trace.Tensors, t => t.Name == "image");
        Assert.Equal(6 * 3 * 16 * 16, image.Values.Counts.ToArray().Sum());
        Assert.True(image.Values.Minimum < 0 && image.Grid.Signed);
        Assert.All(trace.Weights, w => Assert.Equal(w.Scales.Count, w.StartScales.Count));
    }

    [Fact]
    public void EveryRoundOfEverySearch_HasACurve_WhoseLowestPointWasChosen()
    {
        QuantizationTrace trace = PostTrainingQuantizer.Run(
            SmallNetwork.Create(), SmallNetwork.Samples(6), new QuantizationOptions { WeightBits = 5, ActivationBits = 5, Rounds = 2, KeepTrace = true }).Trace!;

        Assert.Equal([1, 2], trace.TensorSearches.Select(s => s.Round).Distinct());
        Assert.All(trace.TensorSearches, s => Assert.Equal(s.Points.Min(p => p.Loss), s.Points.First(p => p.Scale == s.Chosen).Loss));
        Assert.All(trace.TensorSearches, s => Assert.Contains(s.Points, p => p.Scale == s.Present));
        Assert.All(trace.TensorSearches, s => Assert.Equal(s.Points.OrderBy(p => p.Scale), s.Points));
        Assert.Equal(trace.Tensors.Select(t => t.Name).Order(), trace.TensorSearches.Where(s => s.Round == 1).Select(s => s.Tensor).Order());
        Assert.Equal(trace.Weights.Select(w => w.Layer), trace.WeightSearches.Where(s => s.Round == 1).Select(s => s.Layer));
    }

    [Theory]
    [InlineData(QuantizationMethod.MinMax)]
    [InlineData(QuantizationMethod.Kl)]
    public void AMethodThatSearchesNothing_HasDistributionsAndNoCurves(QuantizationMethod method)
    {
        QuantizationTrace trace = PostTrainingQuantizer.Run(SmallNetwork.Create(), SmallNetwork.Samples(6), new QuantizationOptions { Method = method, KeepTrace = true }).Trace!;

        Assert.NotEmpty(trace.Tensors);
        Assert.Empty(trace.TensorSearches);
        Assert.Empty(trace.WeightSearches);
        Assert.All(trace.Tensors, t => Assert.Equal(t.StartScale, t.Scale));
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(4, 16)]
    public void TheCurveOfAStep_IsTheLossOfEveryCandidate(int bits, int size)
    {
        using SearchProblem problem = new(3, 4, 5, size, 1, 1, 1, 5, bits, new IntegerRange(bits, signed: false));
        float start = problem.Scales[problem.Group];
        SearchTrace trace = new();

        ActivationScaleSearch.Run([problem.Segments], problem.Group, problem.Scales, start, EasyQuantPreset.Paper, CancellationToken.None, trace);

        foreach (CurvePoint point in Assert.Single(trace.TensorSearches).Points)
        {
            Assert.Equal(ReferenceScaleSearch.LayerLoss(problem.Segments, point.Scale, problem.Group.Range, problem.Scales), point.Loss, 10);
        }
    }

    // Searched by products, and by Gram matrices.
    [Theory]
    [InlineData(6, 8, 3, 1)]
    [InlineData(1, 20, 3, 1)]
    public void TheCurveOfWeights_LiesAroundTheLossesOfEveryChannel(int inputs, int size, int kernel, int groups)
    {
        using SearchProblem problem = new(7, inputs, 9, size, kernel, 1, groups, 3, 4, new IntegerRange(6, signed: false));
        float[] start = [.. problem.Scales.RoundingScales(problem.Layer)];
        SearchTrace trace = new();

        WeightScaleSearch.Run(problem.Segments, problem.Scales[problem.Group], problem.Group.Range, problem.Scales, start, EasyQuantPreset.Paper, CancellationToken.None, trace);

        WeightSearch search = Assert.Single(trace.WeightSearches);
        Assert.Equal(problem.Scales.RoundingScales(problem.Layer).Select((s, i) => (double)s / start[i]), search.ChosenRatios);
        Assert.All(search.Points, p => Assert.True(p.Lower <= p.Median && p.Median <= p.Upper && p.Upper <= 1));
        Assert.Equal((0.5, 2.0), (Math.Round(search.Points[0].Ratio, 5), Math.Round(search.Points[^1].Ratio, 5)));

        // At the largest ratio no grid point lies beyond: the quantiles are those of the candidates themselves.
        double[] last = [.. Enumerable.Range(0, start.Length).Select(c => LossOf(problem, c, (float)(1 / (0.5 / start[c]))))];
        Array.Sort(last);
        Assert.Equal(last[(start.Length - 1) / 2], search.Points[^1].Median, 10);
    }

    private static double LossOf(SearchProblem problem, int channel, float scale)
    {
        float[] steps = problem.Scales.RoundingScales(problem.Layer);
        float kept = steps[channel];
        steps[channel] = scale;
        double loss = ReferenceScaleSearch.ChannelLoss(problem.Segments, channel, problem.Scales[problem.Group], problem.Group.Range, problem.Scales);
        steps[channel] = kept;
        return loss;
    }

    private static IEnumerable<byte> ConstantsOf(Model model) => model.Graph.Initializers.SelectMany(i => i.Constant!.Bytes.ToArray());
}
