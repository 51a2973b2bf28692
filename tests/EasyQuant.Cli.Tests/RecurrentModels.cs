using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Tensors;

namespace EasyQuant.Cli.Tests;

/// <summary>Models whose outputs are their next inputs.</summary>
internal static class RecurrentModels
{
    /// <summary>The length of states.</summary>
    public const int Hidden = 12;

    /// <summary>The length of a step's features.</summary>
    public const int Features = 5;

    /// <summary>Writes <c>total = sum + x, sum' = total</c> over <c>[N, 1]</c> and returns the path.</summary>
    public static string WriteSum(string path)
    {
        Graph graph = new("sum");
        Value x = Input(graph, "x", [new Dimension(null, "N"), 1]);
        Value sum = Input(graph, "sum", [new Dimension(null, "N"), 1]);
        (Value next, Value total) = (Output(graph, "sum'", [new Dimension(null, "N"), 1]), Output(graph, "total", [new Dimension(null, "N"), 1]));
        graph.Add(new Node("Add", [sum, x], [total], "add"));
        graph.Add(new Node("Identity", [total], [next], "copy"));
        return Write(graph, path);
    }

    /// <summary>Writes ONNX's LSTM, for one step with its states or for whole sequences, with the same weights.</summary>
    public static string WriteLstm(string path, bool isStep)
    {
        Graph graph = new("lstm");
        Value x = Input(graph, "x", [isStep ? 1 : new Dimension(null, "T"), 1, Features]);
        Value y = Output(graph, "y", [isStep ? 1 : new Dimension(null, "T"), 1, 1, Hidden]);
        Value?[] states = isStep ? [null, Input(graph, "h", [1, 1, Hidden]), Input(graph, "c", [1, 1, Hidden])] : [];
        Value?[] outputs = isStep ? [y, Output(graph, "h_out", [1, 1, Hidden]), Output(graph, "c_out", [1, 1, Hidden])] : [y];
        graph.Add(new Node("LSTM", [x, Weights(graph, "w", [1, 4 * Hidden, Features]), Weights(graph, "r", [1, 4 * Hidden, Hidden]), Weights(graph, "b", [1, 8 * Hidden]), .. states], outputs, "lstm"))
            .Attributes["hidden_size"] = new IntAttribute(Hidden);
        return Write(graph, path);
    }

    /// <summary>Writes a step of a GRU as exporters write a cell: two products, gates of their parts, and scores of the new state.</summary>
    public static string WriteGruCell(string path)
    {
        Graph graph = new("gru");
        Value x = Input(graph, "x", [1, Features]);
        Value h = Input(graph, "h", [1, Hidden]);
        Value newState = Output(graph, "h_out", [1, Hidden]);
        Value scores = Output(graph, "scores", [1, 7]);
        Value fromInput = Add("Gemm", [x, Weights(graph, "wi", [Features, 3 * Hidden]), Weights(graph, "bi", [3 * Hidden])], "input");
        Value fromState = Add("Gemm", [h, Weights(graph, "wh", [Hidden, 3 * Hidden]), Weights(graph, "bh", [3 * Hidden])], "state");
        Value[] i = Thirds(fromInput, "i");
        Value[] s = Thirds(fromState, "s");
        Value reset = Add("Sigmoid", [Add("Add", [i[0], s[0]], "resetSum")], "reset");
        Value update = Add("Sigmoid", [Add("Add", [i[1], s[1]], "updateSum")], "update");
        Value candidate = Add("Tanh", [Add("Add", [i[2], Add("Mul", [reset, s[2]], "gated")], "candidateSum")], "candidate");
        Value kept = Add("Mul", [update, Add("Sub", [h, candidate], "difference")], "kept");
        graph.Add(new Node("Add", [candidate, kept], [newState], "newState"));
        graph.Add(new Node("Gemm", [newState, Weights(graph, "wo", [Hidden, 7])], [scores], "head"));
        return Write(graph, path);

        Value Add(string op, Value[] inputs, string name)
        {
            Value result = new($"{name}_");
            graph.Add(new Node(op, inputs, [result], name));
            return result;
        }

        Value[] Thirds(Value value, string name)
        {
            Value[] parts = [.. Enumerable.Range(0, 3).Select(p => new Value($"{name}{p}"))];
            graph.Add(new Node("Split", [value], parts, $"{name}split")).Attributes["axis"] = new IntAttribute(1);
            return parts;
        }
    }

    /// <summary>Writes a model that appends its input to a cache of open length and gives the cache's sum.</summary>
    public static string WriteGrowingCache(string path)
    {
        Graph graph = new("cache");
        (Dimension n, Dimension past) = (new(null, "N"), new(null, "past"));
        Value x = Input(graph, "x", [n, 1]);
        Value sum = Output(graph, "sum", [n, 1]);
        Value[] caches = [Input(graph, "past.0.key", [n, past]), Input(graph, "past.1.key", [n, past])];
        foreach ((int i, Value cache) in caches.Index())
        {
            graph.Add(new Node("Concat", [cache, x], [Output(graph, $"present.{i}.key", [n, new Dimension(null, "total")])], $"append{i}")).Attributes["axis"] = new IntAttribute(1);
        }

        graph.Add(new Node("ReduceSum", [graph.Outputs[1], graph.AddConstant("axes", Tensor.From<long>([1], [1]))], [sum], "sum"));
        return Write(graph, path);
    }

    private static Value Input(Graph graph, string name, Dimension[] extents)
    {
        graph.Inputs.Add(new Value(name, new TensorValueType(DataType.Float32, new SymbolicShape(extents))));
        return graph.Inputs[^1];
    }

    private static Value Output(Graph graph, string name, Dimension[] extents)
    {
        graph.Outputs.Add(new Value(name, new TensorValueType(DataType.Float32, new SymbolicShape(extents))));
        return graph.Outputs[^1];
    }

    private static Value Weights(Graph graph, string name, Shape shape)
    {
        Random random = new(name[0] + (int)shape.ElementCount);
        return graph.AddConstant(name, Tensor.From([.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => 1.2f * random.NextSingle() - 0.6f)], shape));
    }

    private static string Write(Graph graph, string path)
    {
        OnnxModelWriter.Write(new Model(graph) { OpsetImports = { [""] = 13 } }, path);
        return path;
    }
}
