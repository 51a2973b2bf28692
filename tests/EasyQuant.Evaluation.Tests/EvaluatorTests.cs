using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Graphs;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Evaluation.Tests;

public sealed class EvaluatorTests
{
    // The identity gives the input back; the mirror swaps the two classes; the half halves every score.
    private static readonly float[] s_mirror = [0, 1, 1, 0];
    private static readonly float[] s_half = [0.5f, 0, 0, 0.5f];

    [Fact]
    public void Run_MeasuresEachModel_AgainstLabelsAndReference()
    {
        using EvaluatedModel reference = new("identity", TestModels.Identity(2));
        using EvaluatedModel mirror = new("mirror", TestModels.Product(s_mirror, 2, 2));
        using EvaluatedModel half = new("half", TestModels.Product(s_half, 2, 2));
        MemorySamples samples = new(Sample(0, [3, 4], 1), Sample(1, [4, 3], 0), Sample(2, [1, 0], 1));

        IReadOnlyList<ClassificationMetrics> metrics = Evaluator.Run([reference, mirror, half], samples);

        Assert.Equal([100 * 2 / 3.0, 100 / 3.0, 100 * 2 / 3.0], metrics.Select(m => m.Top1!.Value));
        Assert.Equal([null, 100 * (1 / 3.0), 0.0], metrics.Select(m => m.Top1Loss?.Points));
        Assert.Equal([100, 0, 100], metrics.Select(m => m.Agreement));
        Assert.Equal((24 / 25.0 + 24 / 25.0 + 0) / 3, metrics[1].Error.Cosine, 1e-12);
        Assert.Equal(10 * Math.Log10(4), metrics[2].Error.SqnrDb, 1e-12);
        Assert.Equal(double.PositiveInfinity, metrics[0].Error.SqnrDb);
    }

    [Fact]
    public void Results_DoNotDependOnThreadsOrBatches()
    {
        Random random = new(5);
        Model model = TestModels.Product([.. Enumerable.Range(0, 64).Select(_ => random.NextSingle() - 0.5f)], 8, 8);
        using EvaluatedModel reference = new("identity", TestModels.Identity(8));
        using EvaluatedModel other = new("random", model);
        MemorySamples samples = new([.. Enumerable.Range(0, 101).Select(i => Sample(i, [.. Enumerable.Range(0, 8).Select(_ => random.NextSingle())], i % 8))]);

        ClassificationMetrics expected = Evaluator.Run([reference, other], samples, new EvaluationOptions { Threads = 1 })[1];

        foreach ((int threads, int batch) in new[] { (4, 1), (1, 10), (3, 7) })
        {
            Assert.Equal(expected, Evaluator.Run([reference, other], samples, new EvaluationOptions { Threads = threads, BatchSize = batch })[1]);
        }
    }

    [Fact]
    public void TheOnlyInput_MayHaveAnotherName()
    {
        using EvaluatedModel reference = new("a", TestModels.Identity(2, "x"));
        using EvaluatedModel other = new("b", TestModels.Identity(2, "data"));

        Assert.Equal(100, Evaluator.Run([reference, other], new MemorySamples(Sample(0, [1, 2], 1)))[1].Agreement);
    }

    [Fact]
    public void ALabelThatIsNoClass_IsReportedWithItsSample()
    {
        using EvaluatedModel model = new("a", TestModels.Identity(2));

        InvalidSampleException error = Assert.Throws<InvalidSampleException>(() => Evaluator.Run([model], new MemorySamples(Sample(7, [1, 2], 2))));

        Assert.Contains("'sample 7' has label 2", error.Message);
    }

    [Fact]
    public void ASampleThatDoesNotFit_IsReportedWithItsNameAndTheModels()
    {
        using EvaluatedModel model = new("a.onnx", TestModels.Identity(2));

        InvalidSampleException error = Assert.Throws<InvalidSampleException>(() => Evaluator.Run([model], new MemorySamples(Sample(3, [1, 2, 3], 0))));

        Assert.Contains("'sample 3'", error.Message);
        Assert.Contains("'a.onnx'", error.Message);
    }

    [Fact]
    public void ModelsOfDifferentTasks_AreRefused()
    {
        using EvaluatedModel two = new("two", TestModels.Identity(2));
        using EvaluatedModel three = new("three", TestModels.Product(new float[6], 2, 3));

        Assert.Contains("'three'", Assert.Throws<InvalidModelException>(() => Evaluator.Run([two, three], new MemorySamples(Sample(0, [1, 2], 0)))).Message);
    }

    private static Sample Sample(int index, float[] elements, int? label) =>
        new($"sample {index}", new Dictionary<string, Tensor> { ["x"] = Tensor.From(elements, [1, elements.Length]) }, label);
}
