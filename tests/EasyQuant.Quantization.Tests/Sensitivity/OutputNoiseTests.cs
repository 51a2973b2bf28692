using EasyQuant.Data;
using EasyQuant.Quantization.Sensitivity;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests.Sensitivity;

public sealed class OutputNoiseTests
{
    [Fact]
    public void TheFloatNetworkItself_HasNone()
    {
        using OutputNoise noise = new(SmallNetwork.Create(), SmallNetwork.Samples(3), 2, CancellationToken.None);

        Assert.Equal(0, noise.Of(SmallNetwork.Create(), CancellationToken.None));
    }

    [Fact]
    public void WithoutSamples_ThereIsNothingToMeasure() =>
        Assert.Throws<InvalidSampleException>(() => new OutputNoise(SmallNetwork.Create(), SmallNetwork.Samples(0), 1, CancellationToken.None));

    [Fact]
    public void ASampleThatDoesNotFit_IsNamed()
    {
        InvalidSampleException error = Assert.Throws<InvalidSampleException>(() => new OutputNoise(SmallNetwork.Create(), new Misfits(), 1, CancellationToken.None));

        Assert.Contains("'narrow'", error.Message, StringComparison.Ordinal);
    }

    private sealed class Misfits : ISampleSource
    {
        public int Count => 1;

        public Sample Read(int index) => new("narrow", SmallNetwork.Create().Graph.RequiredInputs.ToDictionary(i => i.Name, _ => Tensor.From<float>([0], [1])));
    }
}
