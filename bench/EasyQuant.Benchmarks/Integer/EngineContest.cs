using EasyQuant.Data.Sources;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.OnnxRuntimePeer;
using EasyQuant.Quantization;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference;
using EasyQuant.Tensors;

namespace EasyQuant.Benchmarks.Integer;

/// <summary>One network, float and quantized, in both programs; times are taken in turns.</summary>
internal sealed class EngineContest
{
    private const int CalibrationCount = 2;
    private const double Alike = 0.99;

    private readonly string _name;
    private readonly Model _float;
    private readonly Model _quantized;
    private readonly string _floatPath;
    private readonly string _quantizedPath;
    private readonly IReadOnlyDictionary<string, Tensor> _inputs;
    private readonly string[] _outputs;
    private readonly int _ortFloatLayers;

    /// <summary>Quantizes the network and writes both forms where ONNX Runtime can read them.</summary>
    public EngineContest(TimedNetwork network, string folder)
    {
        _name = network.Name;
        (_floatPath, _quantizedPath) = (Path.Combine(folder, $"{network.Key}.onnx"), Path.Combine(folder, $"{network.Key}.int8.onnx"));
        Model built = network.Build();
        NoiseSamples samples = new(built, CalibrationCount + 1);
        SubsetSource calibration = new(samples, [.. Enumerable.Range(0, CalibrationCount)]);
        OnnxModelWriter.Write(built, _floatPath);
        OnnxModelWriter.Write(PostTrainingQuantizer.Run(built, calibration, new QuantizationOptions { Method = QuantizationMethod.MinMax }).Model, _quantizedPath);
        (_float, _quantized) = (OnnxModelReader.Read(_floatPath), OnnxModelReader.Read(_quantizedPath));
        _inputs = samples.Read(CalibrationCount).Inputs;
        _outputs = [.. _float.Graph.Outputs.Select(o => o.Name)];
        _ortFloatLayers = CountOrtFloatLayers(_quantizedPath);
    }

    /// <inheritdoc cref="Contestant.Explain"/>
    public static string Explain(TimeSpan time) => Contestant.Explain(time, "the four");

    /// <summary>Makes sure that both programs compute the same, then times them.</summary>
    public LatencyRow Run(int threads, TimeSpan time)
    {
        using OrtSession ortFloat = new(_floatPath, new OrtSessionOptions { Threads = threads });
        using OrtSession ortInteger = new(_quantizedPath, new OrtSessionOptions { Threads = threads });
        using GraphExecutor ourFloat = new(_float, new ExecutorOptions { Threads = threads });
        using InferenceSession ourInteger = new(_quantized, new SessionOptions { Threads = threads });
        RequireAlike("float", ourFloat.Run(_inputs), ortFloat.Run(_inputs, _outputs));
        double cosine = RequireAlike("quantized", ourInteger.Run(_inputs), ortInteger.Run(_inputs, _outputs));
        int floatSteps = ourInteger.NetworkFor(_inputs.ToDictionary(i => i.Key, i => i.Value.Shape)).FloatSteps.Count();

        Contestant[] all =
        [
            new(() => ortFloat.Run(_inputs, _outputs)), new(() => ortInteger.Run(_inputs, _outputs)),
            new(() => ourFloat.Run(_inputs)), new(() => ourInteger.Run(_inputs)),
        ];
        Contestant.Compete(all, time);
        Latency[] latencies = [.. all.Select(c => c.Latency)];
        return new LatencyRow(_name, threads, cosine, floatSteps, _ortFloatLayers, latencies[0], latencies[1], latencies[2], latencies[3]);
    }

    // Extended optimizations fuse what will run in integers; the layouts that "all" adds would only rename operators.
    private static int CountOrtFloatLayers(string path)
    {
        const int extended = 2;
        string optimized = Path.ChangeExtension(path, ".ort.onnx");
        using OrtSession session = new(path, new OrtSessionOptions { OptimizationLevel = extended, OptimizedModelPath = optimized });
        return OnnxModelReader.Read(optimized).Graph.Nodes.Count(n => n.OpType is "Conv" or "FusedConv" or "Gemm" or "FusedGemm" or "MatMul" or "FusedMatMul");
    }

    private double RequireAlike(string form, IReadOnlyDictionary<string, Tensor> ours, IReadOnlyDictionary<string, Tensor> theirs)
    {
        double cosine = _outputs.Min(o => TensorError.Between(theirs[o].AsSpan<float>(), ours[o].AsSpan<float>()).Cosine);
        return cosine > Alike ? cosine : throw new InvalidOperationException(
            $"{_name}: our outputs of the {form} model and ONNX Runtime's have cosine {cosine:0.000000}, expected more than {Alike}; there is no point in comparing their times.");
    }
}
