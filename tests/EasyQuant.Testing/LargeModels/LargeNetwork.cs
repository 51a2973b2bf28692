using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Testing.LargeModels;

/// <summary>
/// A network of many layers and as many bytes as wished for: residual blocks of 3×3 convolutions with 512 and with 1024 channels, then
/// residual matrix products of width 4096, a third of the bytes each.
/// </summary>
public static class LargeNetwork
{
    /// <summary>The extents of the network's one input, <c>x</c>.</summary>
    public static Shape InputShape => [1, 3, 64, 64];

    private const int Opset = 17;
    private const int Parts = 3;

    /// <summary>The network; its weights come into being when they are looked at, see <see cref="GeneratedWeights"/>.</summary>
    /// <param name="bytes">What the weights should take; it will be a little more or less.</param>
    public static Model Build(long bytes) => new Builder().Build(bytes / Parts);

    private sealed class Builder
    {
        private const int Classes = 10;

        private readonly Graph _graph = new("large");
        private readonly GeneratedWeights _weights = new();
        private int _layers;

        public Model Build(long bytesOfPart)
        {
            Value input = new("x", new TensorValueType(DataType.Float32, SymbolicShape.Of(InputShape)));
            _graph.Inputs.Add(input);
            Value x = Relu(Conv(input, 3, 64, kernel: 7, stride: 4));
            x = Blocks(Relu(Conv(x, 64, 512, kernel: 3, stride: 2)), 512, bytesOfPart);
            x = Blocks(Relu(Conv(x, 512, 1024, kernel: 3, stride: 2)), 1024, bytesOfPart);
            x = Call("Flatten", [Call("GlobalAveragePool", [x])]);
            x = Relu(Gemm(x, 1024, 4096));
            int products = Count(bytesOfPart, 4096L * 4096);
            for (int i = 0; i < products; i++)
            {
                x = Call("Add", [x, Relu(Gemm(x, 4096, 4096, 1f / products))]);
            }

            Value output = Gemm(x, 4096, Classes);
            output.Name = "y";
            output.Type = new TensorValueType(DataType.Float32, SymbolicShape.Of([1, Classes]));
            _graph.Outputs.Add(output);
            Model model = new(_graph);
            model.OpsetImports[""] = Opset;
            return model;
        }

        private static int Count(long bytes, long weights) => (int)Math.Max(1, Math.Round((double)bytes / (weights * sizeof(float))));

        // The blocks' gain sinks with their number, so that the sums stay in bounds.
        private Value Blocks(Value x, int channels, long bytes)
        {
            int blocks = Count(bytes, 2L * 9 * channels * channels);
            for (int i = 0; i < blocks; i++)
            {
                Value inner = Relu(Conv(x, channels, channels, kernel: 3, stride: 1));
                x = Relu(Call("Add", [x, Conv(inner, channels, channels, kernel: 3, stride: 1, 1f / blocks)]));
            }

            return x;
        }

        private Value Conv(Value x, int inputs, int outputs, int kernel, int stride, float gain = 2)
        {
            Value weights = _graph.AddConstant($"w{++_layers}", _weights.Create([outputs, inputs, kernel, kernel], inputs * kernel * kernel, gain));
            Value y = Call("Conv", [x, weights, Bias(outputs)]);
            y.Producer!.Attributes["kernel_shape"] = new IntsAttribute([kernel, kernel]);
            y.Producer.Attributes["strides"] = new IntsAttribute([stride, stride]);
            y.Producer.Attributes["pads"] = new IntsAttribute([kernel / 2, kernel / 2, kernel / 2, kernel / 2]);
            return y;
        }

        // By turns with outputs along rows and along columns.
        private Value Gemm(Value x, int inputs, int outputs, float gain = 2)
        {
            bool byRows = ++_layers % 2 == 0;
            Value weights = _graph.AddConstant($"w{_layers}", _weights.Create(byRows ? [outputs, inputs] : [inputs, outputs], inputs, gain));
            Value y = Call("Gemm", [x, weights, Bias(outputs)]);
            y.Producer!.Attributes["transB"] = new IntAttribute(byRows ? 1 : 0);
            return y;
        }

        private Value Bias(int outputs) => _graph.AddConstant($"b{_layers}", _weights.Create([outputs], outputs, 1));

        private Value Relu(Value x) => Call("Relu", [x]);

        private Value Call(string opType, Value[] inputs)
        {
            string name = $"{opType.ToLowerInvariant()}{_graph.Nodes.Count}";
            return _graph.Add(new Node(opType, inputs, [new Value(name)], name)).Outputs[0]!;
        }
    }
}
