using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference;
using EasyQuant.Runtime.Inference.Execution;
using EasyQuant.Runtime.Inference.Lowering;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests.Inference;

public sealed class SharedWeightsTests
{
    [Theory]
    [InlineData("avx512vnni")]
    [InlineData("avx2")]
    [InlineData("scalar")]
    public void APlanOfOtherExtents_PacksNothingAnew_AndComputesTheSame(string isa)
    {
        InstructionSets.SkipWhereRefused(isa);
        foreach (Model model in (Model[])[QuantizedModels.Small(), QuantizedModels.Gated(bits: 7)])
        {
            KernelSet kernels = new(isa, WinogradUse.Auto);
            SharedWeights weights = new();
            using NetworkPlan first = new(weights.Unify(NetworkOf(model, 1)), kernels, weights);
            long bytes = weights.ByteLength;
            IntegerNetwork unified = weights.Unify(NetworkOf(model, 3));
            using NetworkPlan second = new(unified, kernels, weights);

            Assert.True(bytes > 0);
            Assert.Equal(bytes, weights.ByteLength);
            Assert.All(
                unified.Steps.OfType<ConvolutionStep>().Zip(first.Network.Steps.OfType<ConvolutionStep>()),
                pair => Assert.Same(pair.Second.Weights, pair.First.Weights));
            weights.Release();
        }
    }

    [Fact]
    public void ASessionOfManyExtents_GivesTheBytesOfSessionsOfOne()
    {
        Model model = QuantizedModels.Gated();
        using InferenceSession shared = new(model, new SessionOptions { Threads = 1, KeptPlans = 1 });
        foreach (int batch in (int[])[1, 3, 2, 1, 3])
        {
            using InferenceSession own = new(model, new SessionOptions { Threads = 1 });
            Dictionary<string, Tensor> inputs = new() { ["image"] = Picture(model, batch) };

            Assert.All(own.Run(inputs), o => Assert.True(shared.Run(inputs)[o.Key].Bytes.Span.SequenceEqual(o.Value.Bytes.Span)));
        }
    }

    [Fact]
    public void ARequestThatOutlivesItsSession_KeepsTheWeights_UntilItIsDisposed()
    {
        InferenceSession session = new(QuantizedModels.Gated(), new SessionOptions { Threads = 1 });
        InferenceRequest request = session.CreateRequest();

        session.Dispose();
        session.Dispose();
        request.Dispose();

        Assert.Throws<ObjectDisposedException>(() => request.Run(TestContext.Current.CancellationToken));
    }

    private static IntegerNetwork NetworkOf(Model model, int batch) => NetworkLowering.Lower(model, model.Graph.RequiredInputs.ToDictionary(i => i.Name, i => ShapeOf(i, batch)));

    private static Shape ShapeOf(Value input, int batch) => [batch, .. input.Shape!.Dimensions.Skip(1).Select(d => d.Value!.Value)];

    private static Tensor Picture(Model model, int batch)
    {
        Random random = new(batch);
        Shape shape = ShapeOf(model.Graph.RequiredInputs.Single(), batch);
        return Tensor.From([.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => random.NextSingle())], shape);
    }
}
