using EasyQuant.Quantization.Algorithms.ScaleSearch;
using Xunit;

namespace EasyQuant.Quantization.Tests.Algorithms.ScaleSearch;

public sealed class ScaleSearchTests
{
    public static TheoryData<int, int, int, int, int, int, int, int, bool, int> Layers => new()
    {
        // channels in, out, size, kernel, stride, groups, samples, bits, signed input, integers below zero where not symmetric
        { 3, 5, 9, 3, 2, 1, 4, 8, true, 0 },
        { 8, 6, 7, 1, 1, 1, 5, 7, false, 0 },
        { 6, 6, 8, 3, 1, 6, 4, 6, false, 0 },
        { 4, 8, 6, 3, 1, 2, 3, 4, true, 0 },
        { 10, 7, 1, 1, 1, 1, 20, 8, false, 0 },
        { 2, 3, 16, 3, 1, 1, 3, 8, false, 0 },
        { 1, 4, 20, 3, 1, 1, 3, 8, true, 0 },
        { 4, 4, 19, 3, 1, 4, 3, 7, false, 0 },
        { 3, 6, 18, 1, 1, 1, 3, 5, true, 0 },
        { 8, 6, 7, 1, 1, 1, 5, 8, true, 60 },
        { 6, 6, 8, 3, 1, 6, 4, 6, true, 13 },
        { 1, 4, 20, 3, 1, 1, 3, 8, true, 200 },
    };

    [Theory]
    [MemberData(nameof(Layers))]
    public void WeightSearch_ChoosesWhatEvaluatingEveryCandidateChooses(int inputs, int outputs, int size, int kernel, int stride, int groups, int samples, int bits, bool signed, int below)
    {
        using SearchProblem problem = new(1, inputs, outputs, size, kernel, stride, groups, samples, bits, below > 0 ? IntegerRange.Asymmetric(bits, below) : new IntegerRange(bits, signed));
        float inputScale = problem.Scales[problem.Group];
        float[] start = [.. problem.Scales.RoundingScales(problem.Layer)];
        foreach ((EasyQuantPreset preset, ScaleObjective objective) in Enum.GetValues<EasyQuantPreset>().SelectMany(p => Enum.GetValues<ScaleObjective>().Select(o => (p, o))))
        {
            start.CopyTo(problem.Scales.RoundingScales(problem.Layer), 0);
            float[] expected = ReferenceScaleSearch.Weights(problem.Segments, inputScale, problem.Group.Range, problem.Scales, start, preset, objective);

            WeightScaleSearch.Run(problem.Segments, inputScale, problem.Group.Range, problem.Scales, start, preset, CancellationToken.None, objective: objective);

            Assert.Equal(expected, problem.Scales.RoundingScales(problem.Layer));
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void ActivationSearch_ChoosesWhatEvaluatingEveryCandidateChooses(int inputs, int outputs, int size, int kernel, int stride, int groups, int samples, int bits, bool signed, int below)
    {
        using SearchProblem problem = new(2, inputs, outputs, size, kernel, stride, groups, samples, bits, below > 0 ? IntegerRange.Asymmetric(bits, below) : new IntegerRange(bits, signed));
        float start = problem.Scales[problem.Group];
        foreach (ScaleObjective objective in Enum.GetValues<ScaleObjective>())
        {
            problem.Scales[problem.Group] = start;
            float expected = ScaleGrid.ForActivations(EasyQuantPreset.Paper, start, start)
                .MinBy(s => ReferenceScaleSearch.LayerLoss(problem.Segments, s, problem.Group.Range, problem.Scales, objective));

            ActivationScaleSearch.Run([problem.Segments], problem.Group, problem.Scales, start, EasyQuantPreset.Paper, CancellationToken.None, objective: objective);

            Assert.Equal(expected, problem.Scales[problem.Group]);
        }
    }

    [Fact]
    public void NoAcceptedStep_LowersTheObjective()
    {
        for (int seed = 0; seed < 6; seed++)
        {
            using SearchProblem problem = new(seed, 6, 8, 8, 3, 1, 1, 4, 3 + seed, new IntegerRange(3 + seed, signed: seed % 2 == 0));
            float inputScale = problem.Scales[problem.Group];
            float[] start = [.. problem.Scales.RoundingScales(problem.Layer)];
            double lossAtStart = ReferenceScaleSearch.LayerLoss(problem.Segments, inputScale, problem.Group.Range, problem.Scales);

            ScaleSearchOutcome[] weights = WeightScaleSearch.Run(problem.Segments, inputScale, problem.Group.Range, problem.Scales, start, EasyQuantPreset.Paper, CancellationToken.None);
            double lossBetween = ReferenceScaleSearch.LayerLoss(problem.Segments, inputScale, problem.Group.Range, problem.Scales);
            ScaleSearchOutcome activations = ActivationScaleSearch.Run([problem.Segments], problem.Group, problem.Scales, inputScale, EasyQuantPreset.Paper, CancellationToken.None);
            double lossAtEnd = ReferenceScaleSearch.LayerLoss(problem.Segments, problem.Scales[problem.Group], problem.Group.Range, problem.Scales);

            Assert.All(weights, w => Assert.True(w.LossAfter <= w.LossBefore));
            Assert.True(activations.LossAfter <= activations.LossBefore);
            Assert.Equal(lossBetween, activations.LossBefore, 12);
            Assert.Equal(lossAtEnd, activations.LossAfter, 12);
            Assert.True(lossAtEnd < lossAtStart, $"seed {seed}: {lossAtStart} became {lossAtEnd}");
        }
    }

    [Fact]
    public void NoiseOfIntegers_NeverFallsAsSegmentsAreAdded()
    {
        Random random = new(1);
        for (int trial = 0; trial < 50; trial++)
        {
            ChannelLoss loss = new(ScaleObjective.Sqnr, meanPower: 2);
            double before = 0;
            for (int segment = 0; segment < 20; segment++)
            {
                double[] target = [.. Enumerable.Range(0, 4).Select(_ => random.NextDouble() - 0.3)];
                double[] output = [.. target.Select(t => Math.Round(t * 3))];
                loss.Add(target.Zip(output, (t, o) => t * o).Sum(), output.Sum(o => o * o), Math.Sqrt(target.Sum(t => t * t)));

                Assert.True(loss.Value >= before - 1e-12);
                before = loss.Value;
            }
        }
    }

    [Fact]
    public void MagnitudeFit_FindsTheStepOfLeastSquaredErrorAndLeavesCosinesAlone()
    {
        using SearchProblem problem = new(4, 6, 5, 8, 3, 1, 1, 3, 4, new IntegerRange(4, signed: false));
        float inputScale = problem.Scales[problem.Group];
        float[] before = [.. problem.Scales.WeightScales(problem.Layer)];
        double lossBefore = ReferenceScaleSearch.LayerLoss(problem.Segments, inputScale, problem.Group.Range, problem.Scales);
        sbyte[] integers = problem.Scales.QuantizeWeights(problem.Layer);

        MagnitudeFit.Apply(problem.Segments, problem.Group.Range, inputScale, problem.Scales);

        Assert.Equal(integers, problem.Scales.QuantizeWeights(problem.Layer));
        Assert.True(ReferenceScaleSearch.LayerLoss(problem.Segments, inputScale, problem.Group.Range, problem.Scales) < lossBefore);
        for (int channel = 0; channel < before.Length; channel++)
        {
            float fitted = problem.Scales.WeightScales(problem.Layer)[channel];
            double least = ReferenceScaleSearch.SquaredError(problem.Segments, channel, inputScale, problem.Group.Range, problem.Scales, fitted);
            foreach (float other in (float[])[before[channel], fitted * 0.999f, fitted * 1.001f])
            {
                Assert.True(least <= ReferenceScaleSearch.SquaredError(problem.Segments, channel, inputScale, problem.Group.Range, problem.Scales, other));
            }
        }
    }

    [Fact]
    public void DeadChannel_KeepsItsStepAndSpoilsNothing()
    {
        using SearchProblem problem = new(5, 4, 3, 8, 3, 1, 1, 3, 8, new IntegerRange(8, signed: false), deadChannel: true);
        float[] start = [.. problem.Scales.RoundingScales(problem.Layer)];

        ScaleSearchOutcome[] outcomes = WeightScaleSearch.Run(
            problem.Segments, problem.Scales[problem.Group], problem.Group.Range, problem.Scales, start, EasyQuantPreset.Paper, CancellationToken.None);

        Assert.Equal(1, problem.Scales.RoundingScales(problem.Layer)[0]);
        Assert.All(outcomes, o => Assert.False(double.IsNaN(o.LossAfter)));
    }

    [Fact]
    public void Result_DoesNotDependOnHowManyCandidatesAreInMemory()
    {
        float[][] chosen = [.. ((long[])[1, 15_000, WeightScaleSearch.BytesAtOnce]).Select(bytes =>
        {
            using SearchProblem problem = new(9, 6, 40, 8, 3, 1, 1, 4, 7, new IntegerRange(7, signed: false));
            float[] start = [.. problem.Scales.RoundingScales(problem.Layer)];
            WeightScaleSearch.Run(
                problem.Segments, problem.Scales[problem.Group], problem.Group.Range, problem.Scales, start, EasyQuantPreset.Paper, CancellationToken.None, bytesAtOnce: bytes);
            return (float[])[.. problem.Scales.RoundingScales(problem.Layer)];
        })];
        Assert.Equal(chosen[2], chosen[0]);
        Assert.Equal(chosen[2], chosen[1]);
    }

    [Fact]
    public void Result_DoesNotDependOnTheThreads()
    {
        float[][] chosen = [.. ((int[])[1, 2, 5]).Select(threads =>
        {
            using SearchProblem problem = new(9, 6, 40, 8, 3, 1, 1, 4, 7, new IntegerRange(7, signed: false), threads);
            float[] start = [.. problem.Scales.RoundingScales(problem.Layer)];
            WeightScaleSearch.Run(problem.Segments, problem.Scales[problem.Group], problem.Group.Range, problem.Scales, start, EasyQuantPreset.Paper, CancellationToken.None);
            ActivationScaleSearch.Run([problem.Segments], problem.Group, problem.Scales, problem.Scales[problem.Group], EasyQuantPreset.Paper, CancellationToken.None);
            return (float[])[.. problem.Scales.RoundingScales(problem.Layer), problem.Scales[problem.Group]];
        })];
        Assert.Equal(chosen[0], chosen[1]);
        Assert.Equal(chosen[0], chosen[2]);
    }
}
