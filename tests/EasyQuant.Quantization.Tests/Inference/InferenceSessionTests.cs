using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests.Inference;

public sealed class InferenceSessionTests
{
    public static TheoryData<string, int, DataType> Forms()
    {
        TheoryData<string, int, DataType> data = [];
        foreach (string isa in new[] { "avx512vnni", "avx512vbmi", "avx512bw", "avxvnni", "avx2", "scalar" })
        {
            data.Add(isa, 8, DataType.UInt8);
            data.Add(isa, 8, DataType.Int8);
            data.Add(isa, 7, DataType.UInt8);
            data.Add(isa, 6, DataType.UInt8);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void EveryIntegerTensor_EqualsTheReference(string isa, int bits, DataType storage)
    {
        InstructionSets.SkipWhereRefused(isa);
        foreach (ActivationGrid grid in new[] { ActivationGrid.Symmetric, ActivationGrid.Asymmetric })
        {
            AssertEqualsReference(QuantizedModels.Small(bits, storage, grid), SmallNetwork.Samples(3, seed: 9), isa);
            AssertEqualsReference(QuantizedModels.Gated(bits, storage, grid), GatedNetwork.Samples(3), isa);
        }

        Assert.Equal(0, WordOverflows.Count);
    }

    [Fact]
    public void MovedElements_AndGates_AreIntegers()
    {
        using InferenceSession session = new(QuantizedModels.Gated());

        IntegerNetwork network = session.NetworkFor(new Dictionary<string, Shape> { ["image"] = [1, 3, 12, 12] });

        Assert.Empty(network.FloatSteps.Select(s => $"{s.Label}: {s.Reason}"));
        Assert.Equal(2, network.Steps.OfType<TableStep>().Count());

        // Slice and Pad, and DepthToSpace and Transpose, are one each.
        Assert.Equal(3, network.Steps.OfType<MoveStep>().Count());
    }

    private static void AssertEqualsReference(Model model, ISampleSource samples, string isa)
    {
        foreach ((int threads, WinogradUse use) in new[] { (1, WinogradUse.Never), (1, WinogradUse.Always), (2, WinogradUse.Never), (2, WinogradUse.Always) })
        {
            using InferenceSession session = new(model, new SessionOptions { Threads = threads, Isa = isa, Winograd = use });
            for (int sample = 0; sample < samples.Count; sample++)
            {
                IReadOnlyDictionary<string, Tensor> inputs = samples.Read(sample).Inputs;
                Dictionary<QuantizedTensor, byte[]> seen = [];
                Tensor output = session.Run(inputs, (tensor, bytes) => seen.Add(tensor, bytes), TestContext.Current.CancellationToken).Values.First();

                IntegerNetwork network = session.NetworkFor(inputs.ToDictionary(i => i.Key, i => i.Value.Shape));
                ReferenceNetwork reference = new();
                float[] expected = reference.Run(network, inputs["image"]).AsSpan<float>().ToArray();

                Assert.Equal(network.Steps.Count(s => s.IntegerOutput is not null), seen.Count);
                Assert.All(seen, pair => Assert.True(reference.Integers[pair.Key].AsSpan().SequenceEqual(pair.Value), $"{pair.Key} differs."));
                Assert.Equal(expected, output.AsSpan<float>().ToArray());
            }
        }
    }

    [Fact]
    public void AllConvolutionsAndProducts_AreIntegers()
    {
        using InferenceSession session = new(QuantizedModels.Small());

        IntegerNetwork network = session.NetworkFor(new Dictionary<string, Shape> { ["image"] = [2, 3, 16, 16] });

        Assert.Equal(7, network.Steps.OfType<ConvolutionStep>().Count());
        Assert.DoesNotContain(network.FloatSteps, s => s.Node.Is("Conv") || s.Node.Is("Gemm"));
    }

    [Fact]
    public void Outputs_AreThoseOfTheFloatGraph_ButForRoundingOfTies()
    {
        Model model = QuantizedModels.Small();
        using InferenceSession session = new(model);
        using GraphExecutor graph = new(model);
        for (int sample = 0; sample < 5; sample++)
        {
            IReadOnlyDictionary<string, Tensor> inputs = SmallNetwork.Samples(5, seed: 4).Read(sample).Inputs;
            float[] expected = graph.Run(inputs, TestContext.Current.CancellationToken)["logits"].AsSpan<float>().ToArray();
            float[] actual = session.Run(inputs, TestContext.Current.CancellationToken)["logits"].AsSpan<float>().ToArray();

            // A tie that falls the other way moves a tensor by one step; a hundredth of the outputs' size is far more than a few of them do.
            Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 0.01 * expected.Max(MathF.Abs)));
        }
    }

    [Fact]
    public void BatchesAndSharing_ChangeNothing()
    {
        using InferenceSession session = new(QuantizedModels.Small(), new SessionOptions { Threads = 2 });
        Tensor[] images = [.. Enumerable.Range(0, 6).Select(i => SmallNetwork.Samples(6).Read(i).Inputs["image"])];
        float[][] single = [.. images.Select(i => Run(session, i))];
        float[] batch = Run(session, Tensor.From([.. images.SelectMany(i => i.AsSpan<float>().ToArray())], [6, 3, 16, 16]));

        Assert.Equal(single.SelectMany(s => s), batch);
        Parallel.For(0, 60, i => Assert.Equal(single[i % 6], Run(session, images[i % 6])));
    }

    [Fact]
    public void Metadata_NamesInputsAndOutputs_WithSymbols()
    {
        using InferenceSession session = new(QuantizedModels.Small());

        Assert.Equal("image: f32[Nx3x16x16]", Assert.Single(session.InputMetadata).ToString());
        Assert.Equal("logits", Assert.Single(session.OutputMetadata).Name);
    }

    [Fact]
    public async Task RunAsync_GivesTheSame_AndCanBeCancelled()
    {
        using InferenceSession session = new(QuantizedModels.Small());
        IReadOnlyDictionary<string, Tensor> inputs = SmallNetwork.Samples(1).Read(0).Inputs;

        IReadOnlyDictionary<string, Tensor> outputs = await session.RunAsync(inputs, TestContext.Current.CancellationToken);

        Assert.Equal(session.Run(inputs, TestContext.Current.CancellationToken)["logits"].AsSpan<float>().ToArray(), outputs["logits"].AsSpan<float>().ToArray());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.RunAsync(inputs, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void WrongInputs_AreNamed()
    {
        using InferenceSession session = new(QuantizedModels.Small());

        Assert.Contains("'image'", Assert.Throws<ArgumentException>(() => session.Run(new Dictionary<string, Tensor>())).Message, StringComparison.Ordinal);
        Assert.Contains("'image'", Assert.Throws<ArgumentException>(() => Run(session, Tensor.From(new float[4], [1, 4]))).Message, StringComparison.Ordinal);
    }

    private static float[] Run(InferenceSession session, Tensor image) =>
        session.Run(new Dictionary<string, Tensor> { ["image"] = image })["logits"].AsSpan<float>().ToArray();
}
