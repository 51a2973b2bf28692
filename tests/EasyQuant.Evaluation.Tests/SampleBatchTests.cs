using EasyQuant.Data;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Evaluation.Tests;

public sealed class SampleBatchTests
{
    [Fact]
    public void Read_LaysSamplesOneAfterTheOther()
    {
        MemorySamples samples = new(Sample("a", [1, 2], [1, 2], 0), Sample("b", [3, 4], [1, 2], 1), Sample("c", [5, 6], [1, 2], null));

        SampleBatch batch = SampleBatch.Read(samples, 1, 2);

        Assert.Equal([3, 4, 5, 6], batch.Inputs["x"].AsSpan<float>().ToArray());
        Assert.Equal(new Shape(2, 2), batch.Inputs["x"].Shape);
        Assert.Equal([1, null], batch.Labels);
    }

    [Fact]
    public void OutputOf_IsTheSamplesPart()
    {
        SampleBatch batch = SampleBatch.Read(new MemorySamples(Sample("a", [1], [1], null), Sample("b", [2], [1], null)), 0, 2);

        Assert.Equal([30, 40], batch.OutputOf(1, Tensor.From<float>([10, 20, 30, 40], [2, 2])).ToArray());
    }

    [Fact]
    public void SamplesOfDifferentShapes_AreRefused_ByName()
    {
        MemorySamples samples = new(Sample("a", [1, 2], [1, 2], null), Sample("b", [3], [1, 1], null));

        InvalidSampleException error = Assert.Throws<InvalidSampleException>(() => SampleBatch.Read(samples, 0, 2));

        Assert.Contains("'b'", error.Message);
        Assert.Contains("f32[1x1]", error.Message);
    }

    [Fact]
    public void SamplesWithoutABatchDimension_AreRefused() =>
        Assert.Throws<InvalidSampleException>(() => SampleBatch.Read(new MemorySamples(Sample("a", [1, 2], [2], null), Sample("b", [1, 2], [2], null)), 0, 2));

    private static Sample Sample(string name, float[] elements, Shape shape, int? label) =>
        new(name, new Dictionary<string, Tensor> { ["x"] = Tensor.From(elements, shape) }, label);
}
