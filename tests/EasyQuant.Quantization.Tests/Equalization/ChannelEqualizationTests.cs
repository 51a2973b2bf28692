using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Quantization.Equalization;
using EasyQuant.Quantization.Preparation;
using EasyQuant.Quantization.Sensitivity;
using EasyQuant.Quantization.Tests.Inference;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests.Equalization;

public sealed class ChannelEqualizationTests
{
    private static readonly QuantizationOptions s_options = new() { Method = QuantizationMethod.MinMax, Equalize = true, Threads = 2 };

    [Fact]
    public void TheNetwork_StillComputesTheSame()
    {
        Model model = UnevenNetwork();
        Model equalized = Equalized(model, out int layers);

        Assert.Equal(2, layers);
        for (int sample = 0; sample < 4; sample++)
        {
            float[] expected = Run(model, sample), actual = Run(equalized, sample);
            float largest = expected.Max(MathF.Abs);

            // Ends of ranges are cut off where that is better than coarser steps.
            Assert.All(expected.Zip(actual), p => Assert.InRange(p.First - p.Second, -0.005f * largest, 0.005f * largest));
        }
    }

    [Fact]
    public void EachChannelInFrontOfAFunction_GoesFromZeroToOne()
    {
        Model equalized = Equalized(UnevenNetwork(), out _);
        Value unit = equalized.Graph.Nodes.First(n => n.Is("Clip")).Inputs[0]!;
        (float[] least, float[] largest) = Extremes(equalized, unit);

        Assert.All(largest, x => Assert.InRange(x, 0.999f, 1.2f));

        // Below −10 the function is flat: that part of a range lies below zero and is cut off.
        Assert.All(least, x => Assert.True(x < 0.001f));
    }

    [Fact]
    public void ChannelsBehindAFunction_GetAlikeRanges()
    {
        Model model = ModelPreparation.Prepare(UnevenNetwork());
        Model equalized = Equalized(UnevenNetwork(), out _);
        (_, float[] before) = Extremes(model, model.Graph.Nodes.First(n => n.Is("Mul")).Outputs[0]!);
        (_, float[] after) = Extremes(equalized, equalized.Graph.Nodes.First(n => n.Name.EndsWith("_Equalize", StringComparison.Ordinal)).Outputs[0]!);

        Assert.True(before.Max() / before.Min() > 40, $"{before.Max()} / {before.Min()}");
        Assert.True(after.Max() / after.Min() < 4, $"{after.Max()} / {after.Min()}");
    }

    [Fact]
    public void UnevenChannels_LoseLessToRounding()
    {
        Model model = UnevenNetwork();
        using OutputNoise noise = new(model, new Samples(6), 1, TestContext.Current.CancellationToken);
        double Sqnr(bool equalize) => OutputNoise.Sqnr(noise.Of(
            PostTrainingQuantizer.Run(model, new Samples(6), s_options with { Equalize = equalize }).Model, TestContext.Current.CancellationToken));

        Assert.True(Sqnr(true) > Sqnr(false) + 4, $"{Sqnr(false)} became {Sqnr(true)} dB");
    }

    [Fact]
    public void ThroughPRelu_FactorsGoIntoTheConvolutionInFront_AndNothingIsAdded()
    {
        Model model = UnevenNetwork(AddPRelu);
        Model equalized = Equalized(model, out int layers);

        Assert.Equal(2, layers);
        Assert.Equal(model.Graph.Nodes.Count, equalized.Graph.Nodes.Count);
        (float[] least, float[] largest) = Extremes(equalized, equalized.Graph.Nodes.First(n => n.Is("PRelu")).Outputs[0]!);
        float[] ranges = [.. least.Zip(largest, (l, h) => h - l)];
        Assert.True(ranges.Max() / ranges.Min() < 4, $"{ranges.Max()} / {ranges.Min()}");
        (float[] expected, float[] actual) = (Run(model, 2), Run(equalized, 2));
        float tolerance = 1e-5f * expected.Max(MathF.Abs);
        Assert.All(expected.Zip(actual), p => Assert.InRange(p.Second, p.First - tolerance, p.First + tolerance));
    }

    [Fact]
    public void UnevenChannelsBehindPRelu_LoseLessToRounding()
    {
        Model model = UnevenNetwork(AddPRelu);
        using OutputNoise noise = new(model, new Samples(6), 1, TestContext.Current.CancellationToken);
        double Sqnr(bool equalize) => OutputNoise.Sqnr(noise.Of(
            PostTrainingQuantizer.Run(model, new Samples(6), s_options with { Equalize = equalize }).Model, TestContext.Current.CancellationToken));

        Assert.True(Sqnr(true) > Sqnr(false) + 4, $"{Sqnr(false)} became {Sqnr(true)} dB");
    }

    [Theory]
    [InlineData(8, ActivationGrid.Auto)]
    [InlineData(7, ActivationGrid.Symmetric)]
    public void EveryIntegerTensor_IsWhatTheQuantizedGraphSays_OnEveryInstructionSet(int bits, ActivationGrid grid)
    {
        QuantizationOptions options = s_options with { WeightBits = bits, ActivationBits = bits, ActivationGrid = grid };
        Model model = PostTrainingQuantizer.Run(UnevenNetwork(), new Samples(4), options).Model;

        IntegerNetwork network = Agreement.AssertOn(model, new Samples(9).Read(8).Inputs["image"], 1e-2);

        Assert.Empty(network.FloatSteps.Select(s => $"{s.Label}: {s.Reason}"));
        Assert.Equal(2, network.Steps.OfType<ChannelTableStep>().Count());
    }

    [Fact]
    public void NetworksWithoutSuchFunctions_StayAsTheyAre()
    {
        Model plain = PostTrainingQuantizer.Run(SmallNetwork.Create(), SmallNetwork.Samples(4), s_options with { Equalize = false }).Model;
        Model equalized = PostTrainingQuantizer.Run(SmallNetwork.Create(), SmallNetwork.Samples(4), s_options).Model;

        Assert.Equal(GraphText.Print(plain.Graph), GraphText.Print(equalized.Graph));
    }

    [Fact]
    public void Threads_DoNotChangeTheResult()
    {
        Assert.Equal(Weights(1), Weights(3));

        static IEnumerable<float> Weights(int threads) => PostTrainingQuantizer.Run(UnevenNetwork(), new Samples(7), s_options with { Threads = threads })
            .Model.Graph.Initializers.Where(i => i.Constant!.Type == DataType.Float32).SelectMany(i => i.Constant!.AsSpan<float>().ToArray());
    }

    private static Model Equalized(Model model, out int layers)
    {
        Model prepared = ModelPreparation.Prepare(model);
        using WorkerPool workers = new(2);
        layers = ChannelEqualization.Apply(prepared, s_options, new Samples(4), workers, TestContext.Current.CancellationToken);
        return prepared;
    }

    private static float[] Run(Model model, int sample)
    {
        using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1 });
        return executor.Run(new Samples(4).Read(sample).Inputs)["result"].AsSpan<float>().ToArray();
    }

    private static (float[] Least, float[] Largest) Extremes(Model model, Value tensor)
    {
        float[] least = new float[8], largest = new float[8];
        using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1 });
        for (int sample = 0; sample < 4; sample++)
        {
            executor.Run(new Samples(4).Read(sample).Inputs, (value, found) =>
            {
                if (value == tensor)
                {
                    int places = found.Count / 8;
                    for (int i = 0; i < found.Count; i++)
                    {
                        float x = found.AsSpan<float>()[i];
                        (least[i / places], largest[i / places]) = (MathF.Min(least[i / places], x), MathF.Max(largest[i / places], x));
                    }
                }
            });
        }

        return (least, largest);
    }

    // x · sigmoid(x) behind a stem whose channels reach from 0.5 to 50, read by a depthwise layer and, beside it in a Concat, by an ordinary one.
    private static Model UnevenNetwork(Func<Graph, Value, Value>? function = null)
    {
        function ??= AddSilu;
        Random random = new(17);
        Graph graph = new("uneven");
        Value image = new("image", new TensorValueType(DataType.Float32, new SymbolicShape([1, 3, 16, 16])));
        graph.Inputs.Add(image);
        float[] sizes = [0.5f, 1, 2, 4, 8, 16, 32, 50];
        Value stem = function(graph, Conv(image, 3, 8, 3, 1, c => sizes[c]));
        Value depthwise = function(graph, Conv(stem, 8, 8, 3, 8, c => 4 / sizes[c]));
        Node concat = graph.Add(new Node("Concat", [depthwise, stem], [new Value("joined")], "concat"));
        concat.Attributes["axis"] = new IntAttribute(1);
        Value result = Conv(concat.Outputs[0]!, 16, 5, 1, 1, _ => 1);
        result.Name = "result";
        result.Type = new TensorValueType(DataType.Float32, new SymbolicShape([1, 5, 16, 16]));
        graph.Outputs.Add(result);
        Model model = new(graph) { IrVersion = 8 };
        model.OpsetImports[""] = 13;
        return model;

        Value Conv(Value x, int inputs, int outputs, int kernel, int groups, Func<int, float> size)
        {
            int length = inputs / groups * kernel * kernel;
            float[] weights = [.. Enumerable.Range(0, outputs * length).Select(i => (random.NextSingle() - 0.5f) * size(i / length) * 2 / MathF.Sqrt(length))];
            int number = graph.Nodes.Count;
            Value w = graph.AddConstant($"w{number}", Tensor.From(weights, [outputs, inputs / groups, kernel, kernel]));
            Node node = graph.Add(new Node("Conv", [x, w], [new Value($"conv_{number}_out")], $"conv_{number}"));
            node.Attributes["pads"] = new IntsAttribute([kernel / 2, kernel / 2, kernel / 2, kernel / 2]);
            node.Attributes["group"] = new IntAttribute(groups);
            return node.Outputs[0]!;
        }
    }

    private static Value AddSilu(Graph graph, Value x)
    {
        Value gate = graph.Add(new Node("Sigmoid", [x], [new Value($"{x.Name}_gate")], $"{x.Name}_sigmoid")).Outputs[0]!;
        return graph.Add(new Node("Mul", [x, gate], [new Value($"{x.Name}_silu")], $"{x.Name}_mul")).Outputs[0]!;
    }

    private static Value AddPRelu(Graph graph, Value x)
    {
        Value slopes = graph.AddConstant($"{x.Name}_slopes", Tensor.From([.. Enumerable.Range(0, 8).Select(c => 0.05f * c)], [8, 1, 1]));
        return graph.Add(new Node("PRelu", [x, slopes], [new Value($"{x.Name}_prelu")], $"{x.Name}_function")).Outputs[0]!;
    }

    private sealed class Samples(int count) : ISampleSource
    {
        public int Count => count;

        public Sample Read(int index)
        {
            Random random = new(index);
            float[] image = [.. Enumerable.Range(0, 3 * 16 * 16).Select(_ => 2 * random.NextSingle() - 0.8f)];
            return new Sample($"sample {index}", new Dictionary<string, Tensor> { ["image"] = Tensor.From(image, [1, 3, 16, 16]) });
        }
    }
}
