using EasyQuant.Evaluation;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Runtime.Prepared;

namespace EasyQuant.Cli;

/// <summary>A model that the command line names: ONNX's form or the prepared one, as the file's first bytes say.</summary>
/// <param name="Path">The file's path as the user gave it.</param>
/// <param name="Model">What it holds.</param>
/// <param name="IsPrepared">Whether it was made ready by <c>compile</c>.</param>
internal sealed record ModelFile(string Path, Model Model, bool IsPrepared)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidModelException">It cannot be read.</exception>
    public static ModelFile Read(string path) =>
        PreparedModelFile.IsPrepared(path) ? new ModelFile(path, PreparedModelFile.Read(path), true) : new ModelFile(path, OnnxModelReader.Read(path), false);

    /// <summary>Bytes on the disk, with the files beside it that hold external data.</summary>
    public long Bytes => BytesOf(Path, Model);

    /// <summary>Bytes on the disk of a model that was read from <paramref name="path"/>, with its external data.</summary>
    public static long BytesOf(string path, Model model) => new FileInfo(path).Length + OnnxModelReader.ExternalBytes(model);

    /// <summary>What computes it: what was wished for, else integers where it was prepared for them, and float as the graph says where not.</summary>
    public Engine EngineFor(Engine? wish) => wish ?? (IsPrepared ? Engine.Integer : Engine.Float);
}
