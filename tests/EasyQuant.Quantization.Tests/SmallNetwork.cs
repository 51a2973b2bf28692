using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Tests;

/// <summary>A seeded convolutional network with what real ones have: a stem, a depthwise layer, a residual Add, a Concat, pooling, Gemm.</summary>
internal static class SmallNetwork
{
    public static Model Create(int seed = 1)
    {
        Builder b = new(seed);
        Value image = b.Input("image", 3, 16);
        Value stem = b.Relu(b.Conv(image, 3, 8, 3, 1));
        Value pooled = b.MaxPool(stem);
        Value depthwise = b.Relu(b.Conv(pooled, 8, 8, 3, 8));
        Value residual = b.Relu(b.Add(b.Conv(depthwise, 8, 8, 1, 1), pooled));
        Value joined = b.Concat(b.Relu(b.Conv(residual, 8, 6, 1, 1)), b.Relu(b.Conv(residual, 8, 10, 3, 1)));
        Value head = b.Relu6(b.Conv(joined, 16, 12, 1, 1));
        return b.Finish(b.Gemm(b.GlobalPool(head), 12, 10));
    }

    /// <summary>Sets the weights of one output channel to zero.</summary>
    public static void ClearChannel(Model model, int convolution, int channel)
    {
        Tensor weight = model.Graph.Nodes.Where(n => n.Is("Conv")).ElementAt(convolution).Inputs[1]!.Constant!;
        int length = weight.Count / weight.Shape[0];
        weight.AsMutableSpan<float>().Slice(channel * length, length).Clear();
    }

    public static ISampleSource Samples(int count, int seed = 5) => new RandomSamples(count, seed);

    private sealed class RandomSamples(int count, int seed) : ISampleSource
    {
        public int Count => count;

        public Sample Read(int index)
        {
            Random random = new(seed * 1000 + index);
            float[] image = [.. Enumerable.Range(0, 3 * 16 * 16).Select(_ => (float)(2 * random.NextDouble() - 0.8))];
            return new Sample($"sample {index}", new Dictionary<string, Tensor> { ["image"] = Tensor.From(image, [1, 3, 16, 16]) });
        }
    }

    private sealed class Builder(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Graph _graph = new("small");
        private int _count;

        public Value Input(string name, int channels, int size)
        {
            Value input = new(name, new TensorValueType(DataType.Float32, new SymbolicShape([new(null, "N"), channels, size, size])));
            _graph.Inputs.Add(input);
            return input;
        }

        public Value Conv(Value x, int inputs, int outputs, int kernel, int groups)
        {
            Node node = Call("Conv", x, Weights("w", outputs, inputs / groups, kernel, kernel), Weights("b", outputs));
            node.Attributes["pads"] = new IntsAttribute([kernel / 2, kernel / 2, kernel / 2, kernel / 2]);
            node.Attributes["group"] = new IntAttribute(groups);
            return node.Outputs[0]!;
        }

        public Value Relu(Value x) => Call("Relu", x).Outputs[0]!;

        public Value Relu6(Value x) => Call(
            "Clip", x, _graph.AddConstant($"min{_count}", Tensor.FromScalar(0f)), _graph.AddConstant($"max{_count}", Tensor.FromScalar(6f))).Outputs[0]!;

        public Value MaxPool(Value x)
        {
            Node node = Call("MaxPool", x);
            node.Attributes["kernel_shape"] = new IntsAttribute([2, 2]);
            node.Attributes["strides"] = new IntsAttribute([2, 2]);
            return node.Outputs[0]!;
        }

        public Value Add(Value x, Value y) => Call("Add", x, y).Outputs[0]!;

        public Value Concat(Value x, Value y)
        {
            Node node = Call("Concat", x, y);
            node.Attributes["axis"] = new IntAttribute(1);
            return node.Outputs[0]!;
        }

        public Value GlobalPool(Value x) => Call("Flatten", Call("GlobalAveragePool", x).Outputs[0]!).Outputs[0]!;

        public Value Gemm(Value x, int inputs, int outputs) => Call("Gemm", x, Weights("w", inputs, outputs), Weights("b", outputs)).Outputs[0]!;

        public Model Finish(Value output)
        {
            output.Name = "logits";
            output.Type = new TensorValueType(DataType.Float32, new SymbolicShape([new(null, "N"), 10]));
            _graph.Outputs.Add(output);
            Model model = new(_graph) { IrVersion = 8 };
            model.OpsetImports[""] = 13;
            return model;
        }

        private Node Call(string opType, params Value[] inputs)
        {
            int number = _count++;
            return _graph.Add(new Node(opType, inputs, [new Value($"{opType.ToLowerInvariant()}_{number}_out")], $"{opType.ToLowerInvariant()}_{number}"));
        }

        private Value Weights(string name, params int[] shape)
        {
            int count = shape.Aggregate(1, (a, b) => a * b);
            double size = shape.Length == 1 ? 0.1 : 2 / Math.Sqrt(count / Math.Max(shape[0], 1));
            float[] elements = [.. Enumerable.Range(0, count).Select(_ => (float)((_random.NextDouble() + _random.NextDouble() - 1) * size))];
            return _graph.AddConstant($"{name}{_graph.Initializers.Count}", Tensor.From(elements, new Shape(shape)));
        }
    }
}
