using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Evaluation.Outputs;
using EasyQuant.Graphs;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Evaluation.Tests.Outputs;

public sealed class OutputComparisonTests
{
    private const int Size = 8;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void EverySample_HasItsErrorAndItsBestClasses_InTheOrderOfTheSamples(int threads)
    {
        // The second model sees the first class five times as strong.
        float[] weights = [.. Enumerable.Range(0, Size * Size).Select(i => i == 0 ? 5f : i % (Size + 1) == 0 ? 1f : 0f)];
        float[][] inputs = [[.. Enumerable.Range(1, Size).Select(i => (float)i)], [4, 1, 2, 3, 0, 0, 0, 0], [2, 0, 0, 0, 0, 0, 0, 9]];
        MemorySamples samples = new([.. inputs.Select((x, i) => new Sample($"s{i}", new Dictionary<string, Tensor> { ["x"] = Tensor.From(x, [1, Size]) }, i))]);
        using EvaluatedModel reference = new("reference", TestModels.Identity(Size));
        using EvaluatedModel compared = new("compared", TestModels.Product(weights, Size, Size));

        IReadOnlyList<ComparedOutput> outputs = OutputComparison.Run(reference, compared, samples, threads);

        Assert.Equal(["s0", "s1", "s2"], outputs.Select(o => o.Name));
        Assert.Equal([0, 1, 2], outputs.Select(o => o.Label!.Value));
        for (int i = 0; i < inputs.Length; i++)
        {
            float[] actual = [inputs[i][0] * 5, .. inputs[i][1..]];
            Assert.Equal(TensorError.Between(inputs[i], actual), outputs[i].Error);
        }

        Assert.Equal([7, 6, 5, 4, 3], outputs[0].Reference!.Select(s => s.Class));
        Assert.Equal([new ClassScore(7, 8), new ClassScore(6, 7), new ClassScore(5, 6), new ClassScore(0, 5), new ClassScore(4, 5)], outputs[0].Compared);
        Assert.Equal([true, true, false], outputs.Select(o => o.Agrees));
    }

    [Fact]
    public void AnOutputThatIsNoListOfScores_HasNoClasses()
    {
        using EvaluatedModel model = new("model", TestModels.Identity(3));
        MemorySamples samples = new(new Sample("s", new Dictionary<string, Tensor> { ["x"] = Tensor.From([1f, 2, 3], [1, 3]) }));

        ComparedOutput output = Assert.Single(OutputComparison.Run(model, model, samples, 1));

        Assert.Null(output.Reference);
        Assert.Null(output.Agrees);
        Assert.Equal(double.PositiveInfinity, output.Error.SqnrDb);
    }

    [Fact]
    public void ModelsOfDifferentOutputs_AreRefused()
    {
        using EvaluatedModel reference = new("reference", TestModels.Identity(3));
        using EvaluatedModel other = new("other", TestModels.Product([1, 2, 3, 4, 5, 6], 3, 2));
        MemorySamples samples = new(new Sample("s", new Dictionary<string, Tensor> { ["x"] = Tensor.From([1f, 2, 3], [1, 3]) }));

        Assert.Contains("'other'", Assert.Throws<InvalidModelException>(() => OutputComparison.Run(reference, other, samples, 1)).Message);
    }
}
