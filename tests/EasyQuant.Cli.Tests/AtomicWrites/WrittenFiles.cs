using System.Diagnostics;
using EasyQuant.Data.Arrays;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Runtime.Prepared;
using EasyQuant.Tensors;

namespace EasyQuant.Cli.Tests.AtomicWrites;

/// <summary>One file of every kind that the program writes, in versions that differ in length and contents.</summary>
internal static class WrittenFiles
{
    /// <summary>How many versions there are.</summary>
    public const int Versions = 2;

    private const int Elements = 500_000;

    /// <summary>The kinds, which are file names too.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["embedded.onnx", "external.onnx", "prepared.eqm", "array.npy", "arrays.npz", "document.json"];

    /// <summary>Writes a version as the program does.</summary>
    public static void Write(string kind, string folder, int version)
    {
        string path = Path.Combine(folder, kind);
        switch (kind)
        {
            case "embedded.onnx":
                OnnxModelWriter.Write(ModelOf(version), path);
                break;
            case "external.onnx":
                OnnxModelWriter.Write(ModelOf(version), path, new OnnxWriteOptions { ExternalThreshold = 1000 });
                break;
            case "prepared.eqm":
                PreparedModelFile.Write(ModelOf(version), path);
                break;
            case "array.npy":
                NpyFile.Write(path, TensorOf(version));
                break;
            case "arrays.npz":
                NpzArchive.Write(path, [new("a", TensorOf(version)), new("b", TensorOf(version))]);
                break;
            case "document.json":
                OutputFile.Prepare(path, "none").WriteText(new string((char)('a' + version), Elements));
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static Model ModelOf(int version)
    {
        Tensor weights = TensorOf(version);
        Graph graph = new("sum");
        Value x = new("x", new TensorValueType(DataType.Float32, SymbolicShape.Of(weights.Shape)));
        Value y = new("y", new TensorValueType(DataType.Float32, SymbolicShape.Of(weights.Shape)));
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        graph.Add(new Node("Add", [x, graph.AddConstant("w", weights)], [y], "sum"));
        return new Model(graph) { OpsetImports = { [""] = 17 } };
    }

    private static Tensor TensorOf(int version) =>
        Tensor.From([.. Enumerable.Range(0, Elements + 1000 * version).Select(i => (float)(i ^ version))], [Elements + 1000 * version]);
}
