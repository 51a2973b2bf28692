using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Tests;

/// <summary>Networks small enough to follow by hand.</summary>
internal static class TestModels
{
    /// <summary><c>y = x · W</c> with a symbolic batch dimension.</summary>
    public static Model Product(float[] weights, int rows, int columns, string input = "x")
    {
        Graph graph = new("product");
        Value x = new(input, new TensorValueType(DataType.Float32, new SymbolicShape([new Dimension(null, "N"), rows])));
        Value y = new("y", new TensorValueType(DataType.Float32, new SymbolicShape([new Dimension(null, "N"), columns])));
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        graph.Add(new Node("MatMul", [x, graph.AddConstant("w", Tensor.From(weights, [rows, columns]))], [y], "product"));
        return new Model(graph) { OpsetImports = { [""] = 13 } };
    }

    /// <summary>The product with the unit matrix.</summary>
    public static Model Identity(int size, string input = "x") =>
        Product([.. Enumerable.Range(0, size * size).Select(i => i % (size + 1) == 0 ? 1f : 0f)], size, size, input);
}
