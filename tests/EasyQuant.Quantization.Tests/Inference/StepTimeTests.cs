using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests.Inference;

public sealed class StepTimeTests
{
    [Fact]
    public void EveryComputation_IsMeasuredOnce_InTheOrderOfTheNetwork()
    {
        Model model = QuantizedModels.Small();
        IReadOnlyDictionary<string, Tensor> inputs = SmallNetwork.Samples(1).Read(0).Inputs;
        using InferenceSession session = new(model, new SessionOptions { Threads = 1, Isa = "scalar" });
        byte[] before = session.Run(inputs).Values.First().Bytes.ToArray();

        IReadOnlyList<StepTime> times = session.MeasureSteps(inputs, runs: 3);

        Assert.Equal(session.NetworkFor(inputs.ToDictionary(i => i.Key, i => i.Value.Shape)).Steps, times.Select(t => t.Step));
        Assert.All(times.Where(t => t.Step is ConvolutionStep), t => Assert.True(t.Milliseconds > 0 && t.Kernel.Contains("scalar")));
        Assert.Contains(times, t => t.Kernel.StartsWith("depthwise", StringComparison.Ordinal));
        Assert.Equal(before, session.Run(inputs).Values.First().Bytes.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => session.MeasureSteps(inputs, runs: 0));
    }
}
