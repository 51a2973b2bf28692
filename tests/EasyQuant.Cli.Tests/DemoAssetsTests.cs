using EasyQuant.Cli.Demo;
using EasyQuant.Data;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Graphs;
using Xunit;

namespace EasyQuant.Cli.Tests;

public sealed class DemoAssetsTests
{
    [Fact]
    public void TheEmbeddedNetwork_KnowsItsCalibrationPictures()
    {
        Model model = DemoAssets.ReadModel();
        ISampleSource samples = DemoAssets.ReadCalibrationSamples(model);
        using EvaluatedModel network = new("demo", model);

        ClassificationMetrics metrics = Evaluator.Run([network], samples, new EvaluationOptions { BatchSize = 50 })[0];

        // Training pictures: the network was at 95.3 % on them when training ended.
        Assert.Equal(500, metrics.Samples);
        Assert.InRange(metrics.Top1!.Value, 92, 100);
    }

    [Fact]
    public void TheTestSet_IsComplete()
    {
        ISampleSource samples = DemoAssets.ReadTestSamples(DemoAssets.ReadModel());

        Assert.Equal(10_000, samples.Count);
        Assert.InRange(samples.Read(9_999).Label!.Value, 0, 9);
    }
}
