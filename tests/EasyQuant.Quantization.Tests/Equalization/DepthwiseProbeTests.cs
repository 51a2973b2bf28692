using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Quantization.Equalization;
using EasyQuant.Quantization.Planning;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests.Equalization;

public sealed class DepthwiseProbeTests
{
    [Fact]
    public void WhatTheReadersFunctionDoesNotSee_IsCutOff_AndWhatItSeesStays()
    {
        (Model model, ElementwiseRegion[] regions) = NoAndYes();
        DepthwiseProbe probe = DepthwiseProbe.Of(regions[0], regions.ToDictionary(r => r.Layer.Node))!;
        InputSpan whole = new(-10, 110);
        using WorkerPool workers = new(2);

        InputSpan[] spans = DepthwiseProbe.Measure(
            model, new Dictionary<DepthwiseProbe, InputSpan[]> { [probe] = [whole, whole] }, new Samples(), 8, workers, TestContext.Current.CancellationToken)[regions[0]];

        Assert.InRange(spans[0].Low + spans[0].Width, 5, 40);
        Assert.InRange(spans[1].Low + spans[1].Width, 95, 110);
    }

    [Fact]
    public void Threads_DoNotChangeTheResult()
    {
        (Model model, ElementwiseRegion[] regions) = NoAndYes();
        DepthwiseProbe probe = DepthwiseProbe.Of(regions[0], regions.ToDictionary(r => r.Layer.Node))!;

        Assert.Equal(Spans(1), Spans(3));

        InputSpan[] Spans(int threads)
        {
            using WorkerPool workers = new(threads);
            return DepthwiseProbe.Measure(
                model, new Dictionary<DepthwiseProbe, InputSpan[]> { [probe] = [new(-10, 110), new(-10, 110)] }, new Samples(), 4, workers, TestContext.Current.CancellationToken)[regions[0]];
        }
    }

    [Fact]
    public void ReadersThatMixChannels_AreNotProbed()
    {
        (_, ElementwiseRegion[] regions) = NoAndYes();

        Assert.Null(DepthwiseProbe.Of(regions[1], regions.ToDictionary(r => r.Layer.Node)));
    }

    // Both channels reach to 100. The depthwise convolution takes the first far below zero, where x · sigmoid(x) is flat, and hands on the second.
    private static (Model Model, ElementwiseRegion[] Regions) NoAndYes()
    {
        Graph graph = new("no and yes");
        Value image = new("image", new TensorValueType(DataType.Float32, new SymbolicShape([1, 1, 8, 8])));
        graph.Inputs.Add(image);
        Value stem = Silu(Conv(image, [100, 100], [0, 0], 1));
        Value depthwise = Silu(Conv(stem, [-1, 1], [4, 0], 2));
        Value result = Silu(Conv(depthwise, [1, 1, 1, 1], [0, 0], 1));
        result.Type = new TensorValueType(DataType.Float32, new SymbolicShape([1, 2, 8, 8]));
        graph.Outputs.Add(result);
        Model model = new(graph) { IrVersion = 8 };
        model.OpsetImports[""] = 13;
        return (model, [.. ElementwiseRegion.Find(graph, QuantizationPlanner.Plan(graph, new QuantizationOptions(), []).Layers)]);

        Value Conv(Value x, float[] weights, float[] bias, int groups)
        {
            int number = graph.Nodes.Count;
            Value w = graph.AddConstant($"w{number}", Tensor.From(weights, [2, weights.Length / 2, 1, 1]));
            Value b = graph.AddConstant($"b{number}", Tensor.From(bias, [2]));
            Node node = graph.Add(new Node("Conv", [x, w, b], [new Value($"conv_{number}_out")], $"conv_{number}"));
            node.Attributes["group"] = new IntAttribute(groups);
            return node.Outputs[0]!;
        }

        Value Silu(Value x)
        {
            Value gate = graph.Add(new Node("Sigmoid", [x], [new Value($"{x.Name}_gate")], $"{x.Name}_sigmoid")).Outputs[0]!;
            return graph.Add(new Node("Mul", [x, gate], [new Value($"{x.Name}_silu")], $"{x.Name}_mul")).Outputs[0]!;
        }
    }

    // From −0.1 to 1, mostly small.
    private sealed class Samples : ISampleSource
    {
        public int Count => 3;

        public Sample Read(int index)
        {
            Random random = new(index);
            float[] image = [.. Enumerable.Range(0, 64).Select(i => i == 0 ? 1 : 1.1f * MathF.Pow(random.NextSingle(), 2) - 0.1f)];
            return new Sample($"sample {index}", new Dictionary<string, Tensor> { ["image"] = Tensor.From(image, [1, 1, 8, 8]) });
        }
    }
}
