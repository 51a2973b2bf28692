using EasyQuant.Data.Arrays;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Tensors;

namespace EasyQuant.Cli.Tests;

/// <summary>Model and sample files made by the tests.</summary>
internal static class SmallModels
{
    /// <summary>Writes <c>y = op(x)</c> over <c>[N, 4]</c> floats and returns the path.</summary>
    public static string WriteUnary(string path, string opType, params (string Name, long Value)[] attributes)
    {
        Graph graph = new("unary");
        SymbolicShape shape = new([new Dimension(null, "N"), 4]);
        Value x = new("x", new TensorValueType(DataType.Float32, shape));
        Value y = new("y", new TensorValueType(DataType.Float32, shape));
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        Node only = graph.Add(new Node(opType, [x], [y], "only"));
        foreach ((string name, long value) in attributes)
        {
            only.Attributes[name] = new IntAttribute(value);
        }

        OnnxModelWriter.Write(new Model(graph) { OpsetImports = { [""] = 13 } }, path);
        return path;
    }

    /// <summary>Writes a network of two convolutions and a matrix product over <c>[N, 3, 8, 8]</c> and returns the path.</summary>
    public static string WriteNetwork(string path, string lastLayer = "head")
    {
        Random random = new(3);
        Graph graph = new("network");
        Value x = new("x", new TensorValueType(DataType.Float32, new SymbolicShape([new Dimension(null, "N"), 3, 8, 8])));
        Value scores = new("scores", new TensorValueType(DataType.Float32, new SymbolicShape([new Dimension(null, "N"), 6])));
        (Value a, Value b, Value c, Value d, Value e) = (new("a"), new("b"), new("c"), new("d"), new("e"));
        graph.Inputs.Add(x);
        graph.Outputs.Add(scores);
        graph.Add(new Node("Conv", [x, Weights("w1", [8, 3, 3, 3])], [a], "conv1"));
        graph.Add(new Node("Relu", [a], [b], "relu1"));
        graph.Add(new Node("Conv", [b, Weights("w2", [8, 8, 3, 3])], [c], "conv2"));
        graph.Add(new Node("Relu", [c], [d], "relu2"));
        graph.Add(new Node("Flatten", [d], [e], "flatten"));
        graph.Add(new Node("Gemm", [e, Weights("w3", [128, 6])], [scores], lastLayer));
        OnnxModelWriter.Write(new Model(graph) { OpsetImports = { [""] = 13 } }, path);
        return path;

        Value Weights(string name, Shape shape) =>
            graph.AddConstant(name, Tensor.From([.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => random.NextSingle() - 0.5f)], shape));
    }

    /// <summary>Writes samples for the network and returns the path.</summary>
    public static string WriteSamples(string path, int count = 12)
    {
        Random random = new(4);
        NpyFile.Write(path, Tensor.From([.. Enumerable.Range(0, count * 192).Select(_ => 2 * random.NextSingle() - 1)], [count, 3, 8, 8]));
        return path;
    }
}
