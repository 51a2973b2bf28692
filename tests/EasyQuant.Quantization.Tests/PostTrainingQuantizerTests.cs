using System.Text.RegularExpressions;
using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Quantization.Algorithms.ScaleSearch;
using EasyQuant.Quantization.Algorithms.WeightReconstruction;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests;

public sealed class PostTrainingQuantizerTests
{
    [Theory]
    [InlineData(QuantizationMethod.EasyQuant, 8, 0.999)]
    [InlineData(QuantizationMethod.EasyQuant, 7, 0.998)]
    [InlineData(QuantizationMethod.EasyQuant, 4, 0.93)]
    [InlineData(QuantizationMethod.MinMax, 8, 0.999)]
    [InlineData(QuantizationMethod.Kl, 8, 0.99)]
    [InlineData(QuantizationMethod.Percentile, 8, 0.99)]
    [InlineData(QuantizationMethod.MeanSquaredError, 8, 0.999)]
    public void QuantizedNetwork_ComputesNearlyTheSame(QuantizationMethod method, int bits, double cosine)
    {
        Model model = SmallNetwork.Create();
        QuantizationResult result = PostTrainingQuantizer.Run(
            model, SmallNetwork.Samples(12), new QuantizationOptions { Method = method, WeightBits = bits, ActivationBits = bits });

        Assert.Empty(result.FloatNodes);
        Assert.Equal(7, result.Layers.Count);
        Assert.InRange(MeanCosine(model, result.Model), cosine, 1);
    }

    [Theory]
    [InlineData(QuantizationMethod.Percentile)]
    [InlineData(QuantizationMethod.MeanSquaredError)]
    public void ASearch_StartsAtTheStepsOfTheMethodItIsTold(QuantizationMethod start)
    {
        Model model = SmallNetwork.Create();
        QuantizationOptions options = new() { WeightBits = 5, ActivationBits = 5, KeepTrace = true };
        QuantizationResult told = PostTrainingQuantizer.Run(model, SmallNetwork.Samples(8), options with { Start = start });
        QuantizationResult alone = PostTrainingQuantizer.Run(model, SmallNetwork.Samples(8), options with { Method = start });

        Assert.Equal(alone.Trace!.Tensors.Select(t => t.Scale), told.Trace!.Tensors.Select(t => t.StartScale));
    }

    [Fact]
    public void AStart_IsForTheSearchAlone()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuantizationOptions { Start = QuantizationMethod.EasyQuant }.Validate());
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuantizationOptions { Method = QuantizationMethod.Kl, Start = QuantizationMethod.MinMax }.Validate());
    }

    [Fact]
    public void Search_ImprovesEveryLayerAndTheWhole()
    {
        Model model = SmallNetwork.Create();
        QuantizationOptions options = new() { WeightBits = 5, ActivationBits = 5 };
        QuantizationResult searched = PostTrainingQuantizer.Run(model, SmallNetwork.Samples(12), options);
        QuantizationResult started = PostTrainingQuantizer.Run(model, SmallNetwork.Samples(12), options with { Method = QuantizationMethod.MinMax });

        Assert.All(searched.Layers, l => Assert.True(l.CosineEnd > l.CosineStart, $"{l.Name}: {l.CosineStart} became {l.CosineEnd}"));
        Assert.True(MeanCosine(model, searched.Model) > MeanCosine(model, started.Model));
    }

    [Fact]
    public void ActivationsOfTheGraph_HaveTheFormThatRuntimesFuse()
    {
        Graph graph = PostTrainingQuantizer.Run(SmallNetwork.Create(), SmallNetwork.Samples(4), new QuantizationOptions { ActivationBits = 7 }).Model.Graph;

        // Every Relu and Clip in front of a quantizer is implied by its grid.
        Assert.DoesNotContain(graph.Nodes, n => n.Is("Relu"));
        foreach (Node clip in graph.Nodes.Where(n => n.Is("Clip")))
        {
            Assert.Equal("QuantizeLinear", clip.Inputs[0]!.Producer!.OpType);
            Assert.Equal("DequantizeLinear", Assert.Single(clip.Outputs[0]!.Uses).Node.OpType);
        }

        foreach (Node layer in graph.Nodes.Where(n => n.Is("Conv") || n.Is("Gemm")))
        {
            Assert.All(layer.Inputs, i => Assert.Equal("DequantizeLinear", i!.Producer!.OpType));
        }

        foreach (Node convolution in graph.Nodes.Where(n => n.Is("Conv")))
        {
            Assert.Equal("QuantizeLinear", Assert.Single(convolution.Outputs[0]!.Uses).Node.OpType);
        }
    }

    [Fact]
    public void SignedStorage_ComputesTheSameNumbers()
    {
        Model model = SmallNetwork.Create();
        QuantizationOptions options = new() { Method = QuantizationMethod.MinMax, ActivationBits = 6 };
        Model unsigned = PostTrainingQuantizer.Run(model, SmallNetwork.Samples(4), options).Model;
        Model signed = PostTrainingQuantizer.Run(model, SmallNetwork.Samples(4), options with { ActivationType = DataType.Int8 }).Model;

        Sample sample = SmallNetwork.Samples(1, seed: 77).Read(0);
        Assert.Equal(Outputs(unsigned, sample).ToArray(), Outputs(signed, sample).ToArray());
    }

    [Fact]
    public void Result_IsTheSameForEveryRunAndNumberOfThreads()
    {
        float[][] scales = [.. ((int[])[1, 2, 2]).Select(threads => PostTrainingQuantizer
            .Run(SmallNetwork.Create(), SmallNetwork.Samples(6), new QuantizationOptions { Threads = threads, ActivationBits = 6 })
            .Model.Graph.Initializers.Where(i => i.Constant!.Type == DataType.Float32).SelectMany(i => i.Constant!.AsSpan<float>().ToArray()).ToArray())];
        Assert.Equal(scales[0], scales[1]);
        Assert.Equal(scales[1], scales[2]);
    }

    // Draws of samples differ, so three are added up.
    [Fact]
    public void Reconstruction_BringsTheWholeCloser_OnSamplesItHasNotSeen()
    {
        Model model = SmallNetwork.Create();
        QuantizationOptions options = new() { WeightBits = 4, ActivationBits = 8 };
        (double nearest, double reconstructed) = (0, 0);
        for (int seed = 1; seed <= 3; seed++)
        {
            nearest += 1 - MeanCosine(model, PostTrainingQuantizer.Run(model, SmallNetwork.Samples(24, seed), options).Model);
            reconstructed += 1 - MeanCosine(model, PostTrainingQuantizer.Run(model, SmallNetwork.Samples(24, seed), options with { Reconstruction = new WeightReconstructionOptions() }).Model);
        }

        Assert.True(reconstructed < 0.9 * nearest, $"{reconstructed} after {nearest}");
    }

    [Fact]
    public void Reconstruction_IsTheSameForEveryNumberOfThreads()
    {
        sbyte[][] weights = [.. ((int[])[1, 2]).Select(threads => PostTrainingQuantizer
            .Run(SmallNetwork.Create(), SmallNetwork.Samples(6), new QuantizationOptions { Threads = threads, WeightBits = 4, Reconstruction = new WeightReconstructionOptions() })
            .Model.Graph.Initializers.Where(i => i.Constant!.Type == DataType.Int8).SelectMany(i => i.Constant!.AsSpan<sbyte>().ToArray()).ToArray())];
        Assert.Equal(weights[0], weights[1]);
    }

    [Fact]
    public void Overrides_HoldForTheLayersTheyName()
    {
        Model model = SmallNetwork.Create();
        QuantizationResult plain = PostTrainingQuantizer.Run(model, SmallNetwork.Samples(4), new QuantizationOptions());
        (string first, string last) = (plain.Layers[0].Name, plain.Layers[^1].Name);
        QuantizationOptions options = new()
        {
            Overrides =
            [
                new LayerOverride(new Regex($"^{Regex.Escape(first)}$"), WeightBits: 4, ActivationBits: 6),
                new LayerOverride(new Regex($"^{Regex.Escape(last)}$"), Float: true),
            ],
        };
        QuantizationResult result = PostTrainingQuantizer.Run(model, SmallNetwork.Samples(4), options);

        Assert.Contains(last, Assert.Single(result.FloatNodes).Node);
        Assert.Equal((4, 6), (result.Layers[0].WeightBits, result.Layers[0].ActivationBits));
        Assert.All(result.Layers.Skip(1), l => Assert.Equal(8, l.WeightBits));
        Value weights = result.Model.Graph.Nodes.First(n => n.Is("Conv")).Inputs[1]!.Producer!.Inputs[0]!;
        Assert.All(weights.Constant!.AsSpan<sbyte>().ToArray(), w => Assert.InRange(w, -7, 7));
    }

    [Fact]
    public void SpillingToDisk_ChangesNothing()
    {
        QuantizationOptions options = new() { WeightBits = 6, ActivationBits = 6 };
        QuantizationResult inMemory = PostTrainingQuantizer.Run(SmallNetwork.Create(), SmallNetwork.Samples(6), options);
        QuantizationResult spilled = PostTrainingQuantizer.Run(SmallNetwork.Create(), SmallNetwork.Samples(6), options with { MemoryBudgetBytes = 20_000 });
        Assert.Equal(inMemory.Layers, spilled.Layers);
    }

    [Fact]
    public void FurtherRounds_NeverLowerALayersObjectiveWithinThem()
    {
        QuantizationResult result = PostTrainingQuantizer.Run(
            SmallNetwork.Create(), SmallNetwork.Samples(6), new QuantizationOptions { Rounds = 4, WeightBits = 4, ActivationBits = 4, Preset = EasyQuantPreset.Repo });
        Assert.All(result.Layers, l => Assert.InRange(l.CosineEnd, 0, 1));
    }

    [Fact]
    public void Model_IsLeftAsItWas()
    {
        Model model = SmallNetwork.Create();
        int nodes = model.Graph.Nodes.Count;
        PostTrainingQuantizer.Run(model, SmallNetwork.Samples(3), new QuantizationOptions { Method = QuantizationMethod.MinMax });
        Assert.Equal(nodes, model.Graph.Nodes.Count);
        Assert.DoesNotContain(model.Graph.Nodes, n => n.Is("QuantizeLinear"));
    }

    [Theory]
    [InlineData(QuantizationMethod.EasyQuant)]
    [InlineData(QuantizationMethod.Kl)]
    [InlineData(QuantizationMethod.MeanSquaredError)]
    public void ADeadChannel_GetsAFiniteScale_AndIsMentioned(QuantizationMethod method)
    {
        Model model = SmallNetwork.Create();
        SmallNetwork.ClearChannel(model, convolution: 1, channel: 2);

        QuantizationResult result = PostTrainingQuantizer.Run(model, SmallNetwork.Samples(6), new QuantizationOptions { Method = method });

        Assert.Contains("1 of 8 output channels", Assert.Single(result.Warnings));
        Value[] scales = [.. result.Model.Graph.Nodes.Where(n => n.Is("DequantizeLinear")).Select(n => n.Inputs[1]!)];
        Assert.All(scales.SelectMany(s => s.Constant!.AsSpan<float>().ToArray()), s => Assert.True(float.IsFinite(s) && s > 0, $"{s}"));
        Assert.InRange(MeanCosine(model, result.Model), 0.99, 1);
    }

    [Fact]
    public void ABranchBetweenLayers_SeesTheQuantizedValuesAroundIt()
    {
        Model plain = SmallNetwork.Create();
        Model branching = SmallNetwork.Create();
        Graph graph = branching.Graph;
        Node residual = graph.Nodes.First(n => n.Is("Add"));
        Value sum = residual.Outputs[0]!;
        Use[] readers = [.. sum.Uses];
        Value chosen = new("chosen");
        Node branch = new("If", [graph.AddConstant("yes", Tensor.FromScalar(true))], [chosen], "branch")
        {
            Attributes = { ["then_branch"] = new GraphAttribute(Nested("then", "Relu", sum)), ["else_branch"] = new GraphAttribute(Nested("else", "Neg", sum)) },
        };
        graph.InsertAfter(residual, branch);
        Array.ForEach(readers, r => r.Node.SetInput(r.Index, chosen));

        QuantizationOptions options = new() { WeightBits = 7, ActivationBits = 7 };
        QuantizationResult expected = PostTrainingQuantizer.Run(plain, SmallNetwork.Samples(6), options);
        QuantizationResult found = PostTrainingQuantizer.Run(branching, SmallNetwork.Samples(6), options);

        // A Relu before the Relu that the network has changes nothing.
        Assert.Equal(expected.Layers.Select(l => l.Name), found.Layers.Select(l => l.Name));
        Assert.All(expected.Layers.Zip(found.Layers), p => Assert.Equal(p.First.CosineEnd, p.Second.CosineEnd, 0.002));
        Assert.InRange(MeanCosine(plain, found.Model), 0.998, 1);

        static Graph Nested(string name, string opType, Value captured)
        {
            Graph nested = new(name);
            nested.Outputs.Add(nested.Add(new Node(opType, [captured], [new Value($"{name}_result")], $"{name}_node")).Outputs[0]!);
            return nested;
        }
    }

    [Fact]
    public void NotANumberInAWeight_IsNamed()
    {
        Model model = SmallNetwork.Create();
        Value weight = model.Graph.Nodes.First(n => n.Is("Conv")).Inputs[1]!;
        weight.Constant!.AsMutableSpan<float>()[3] = float.NaN;

        InvalidModelException error = Assert.Throws<InvalidModelException>(
            () => PostTrainingQuantizer.Run(model, SmallNetwork.Samples(3), new QuantizationOptions()));
        Assert.Contains($"'{weight.Name}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("index 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ModelWithoutLayers_IsRefusedWithTheReason()
    {
        Graph graph = new("empty");
        Value x = new("x", new TensorValueType(DataType.Float32));
        graph.Inputs.Add(x);
        graph.Outputs.Add(graph.Add(new Node("Relu", [x], [new Value("y")])).Outputs[0]!);
        Model model = new(graph);
        model.OpsetImports[""] = 13;

        InvalidModelException error = Assert.Throws<InvalidModelException>(
            () => PostTrainingQuantizer.Run(model, SmallNetwork.Samples(1), new QuantizationOptions()));
        Assert.Contains("no Conv, Gemm or MatMul", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_EndsTheSearch()
    {
        using CancellationTokenSource source = new();
        Progress cancelAtWeights = new(p =>
        {
            if (p.Stage.StartsWith("weights", StringComparison.Ordinal))
            {
                source.Cancel();
            }
        });
        Assert.ThrowsAny<OperationCanceledException>(
            () => PostTrainingQuantizer.Run(SmallNetwork.Create(), SmallNetwork.Samples(3), new QuantizationOptions(), cancelAtWeights, source.Token));
    }

    private static double MeanCosine(Model reference, Model quantized)
    {
        ISampleSource samples = SmallNetwork.Samples(8, seed: 99);
        return Enumerable.Range(0, samples.Count).Average(i =>
        {
            float[] x = Outputs(reference, samples.Read(i)).ToArray();
            float[] y = Outputs(quantized, samples.Read(i)).ToArray();
            return x.Zip(y, (a, b) => (double)a * b).Sum() / Math.Sqrt(x.Sum(a => (double)a * a) * y.Sum(b => (double)b * b));
        });
    }

    private static ReadOnlySpan<float> Outputs(Model model, Sample sample)
    {
        using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1 });
        return executor.Run(sample.Inputs)["logits"].AsSpan<float>();
    }

    private sealed class Progress(Action<QuantizationProgress> report) : IProgress<QuantizationProgress>
    {
        public void Report(QuantizationProgress value) => report(value);
    }
}
