using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Tensors;

namespace EasyQuant.Cli.Tests;

/// <summary>Model files made by the tests.</summary>
internal static class SmallModels
{
    /// <summary>Writes <c>y = op(x)</c> over <c>[N, 4]</c> floats and returns the path.</summary>
    public static string WriteUnary(string path, string opType)
    {
        Graph graph = new("unary");
        SymbolicShape shape = new([new Dimension(null, "N"), 4]);
        Value x = new("x", new TensorValueType(DataType.Float32, shape));
        Value y = new("y", new TensorValueType(DataType.Float32, shape));
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        graph.Add(new Node(opType, [x], [y], "only"));
        OnnxModelWriter.Write(new Model(graph) { OpsetImports = { [""] = 13 } }, path);
        return path;
    }
}
