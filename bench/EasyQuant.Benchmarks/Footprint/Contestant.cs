namespace EasyQuant.Benchmarks.Footprint;

/// <summary>A program and the form of the model that it loads.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Form">What <see cref="ProbeCommand"/> calls it.</param>
/// <param name="Path">The model's file.</param>
/// <param name="LibraryBytes">The libraries that a program has to ship for it.</param>
internal sealed record Contestant(string Name, string Form, string Path, long LibraryBytes)
{
    public const string Prepared = "eqm";
    public const string Onnx = "onnx";
    public const string OnnxRuntime = "ort";

    private static readonly string[] s_runtime = ["EasyQuant.Core.dll", "EasyQuant.Kernels.dll", "EasyQuant.Runtime.dll", "Iced.dll", "System.Numerics.Tensors.dll"];
    private static readonly string[] s_reader = ["EasyQuant.Onnx.dll", "Google.Protobuf.dll"];

    /// <summary>Ours in both forms, and ONNX Runtime where it is installed.</summary>
    public static IReadOnlyList<Contestant> All(string prepared, string onnx)
    {
        List<Contestant> all =
        [
            new("EasyQuant, .eqm", Prepared, prepared, s_runtime.Sum(LengthOf)),
            new("EasyQuant, .onnx", Onnx, onnx, s_runtime.Concat(s_reader).Sum(LengthOf)),
        ];
        if (OnnxRuntimePeer.OrtLibrary.Path is { } library)
        {
            all.Add(new Contestant("ONNX Runtime, .onnx", OnnxRuntime, onnx, new FileInfo(library).Length));
        }

        return all;
    }

    private static long LengthOf(string assembly) => new FileInfo(System.IO.Path.Combine(AppContext.BaseDirectory, assembly)).Length;
}
