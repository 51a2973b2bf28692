using EasyQuant.Evaluation;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.OnnxRuntimePeer;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference;
using EasyQuant.Tensors;
using EasyQuant.TextReading;

namespace EasyQuant.Benchmarks.Ocr;

/// <summary>One form of a text network, as this project and as ONNX Runtime run it.</summary>
internal sealed class OcrNetwork : IDisposable
{
    private readonly IModelExecutor _ours;
    private readonly OrtSession? _theirs;
    private readonly string _output;

    /// <summary>Reads a model's file; what is measured is what the file says.</summary>
    public OcrNetwork(string label, string path, int threads)
    {
        (Label, Bytes) = (label, new FileInfo(path).Length);
        Model model = OnnxModelReader.Read(path);
        _output = model.Graph.Outputs[0].Name;
        _ours = Executors.Create(model, Engine.Integer, threads);
        _theirs = OrtLibrary.Path is null ? null : new OrtSession(path, new OrtSessionOptions { Threads = threads });
    }

    public string Label { get; }

    public long Bytes { get; }

    /// <summary>Whether ONNX Runtime is there to be compared with.</summary>
    public bool HasPeer => _theirs is not null;

    public Tensor Run(Tensor input) => _ours.Run(InputsOf(input))[_output];

    public Tensor RunPeer(Tensor input) => _theirs!.Run(InputsOf(input), [_output])[_output];

    /// <summary>The share of integers for an input of these extents; nothing for the float form.</summary>
    public IntegerShare? ShareFor(Shape input) =>
        _ours is InferenceSession session ? IntegerShare.Of(session.NetworkFor(new Dictionary<string, Shape> { [NetworkInputs.Name] = input })) : null;

    public void Dispose()
    {
        _ours.Dispose();
        _theirs?.Dispose();
    }

    private static Dictionary<string, Tensor> InputsOf(Tensor input) => new() { [NetworkInputs.Name] = input };
}
