using EasyQuant.Data.Sources;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.OnnxRuntimePeer;
using EasyQuant.Quantization;
using EasyQuant.Runtime.Inference;
using EasyQuant.Tensors;

namespace EasyQuant.Benchmarks.Integer;

/// <summary>One network at 8 and at 7 bits on several instruction sets, beside ONNX Runtime at 8 bits; times are taken in turns.</summary>
internal sealed class Int7Contest
{
    private const int CalibrationCount = 2;

    private readonly TimedNetwork _network;
    private readonly IReadOnlyDictionary<string, Tensor> _inputs;
    private readonly string[] _outputs;
    private readonly string _path8;
    private readonly Model _at8;
    private readonly Model _at7;

    /// <summary>Quantizes the network twice.</summary>
    public Int7Contest(TimedNetwork network, string folder)
    {
        _network = network;
        Model built = network.Build();
        NoiseSamples samples = new(built, CalibrationCount + 1);
        SubsetSource calibration = new(samples, [.. Enumerable.Range(0, CalibrationCount)]);
        _inputs = samples.Read(CalibrationCount).Inputs;
        _outputs = [.. built.Graph.Outputs.Select(o => o.Name)];
        _path8 = Write(8);
        _at8 = OnnxModelReader.Read(_path8);
        _at7 = OnnxModelReader.Read(Write(7));

        string Write(int bits)
        {
            string path = Path.Combine(folder, $"{network.Key}.int{bits}.onnx");
            QuantizationOptions options = new() { Method = QuantizationMethod.MinMax, WeightBits = bits, ActivationBits = bits };
            OnnxModelWriter.Write(PostTrainingQuantizer.Run(built, calibration, options).Model, path);
            return path;
        }
    }

    /// <summary>Times ONNX Runtime and both models on each instruction set.</summary>
    public IReadOnlyList<Int7Row> Run(IReadOnlyList<string> isas, int threads, WinogradUse winograd, TimeSpan time)
    {
        using OrtSession ort = new(_path8, new OrtSessionOptions { Threads = threads });
        List<InferenceSession> sessions = [];
        try
        {
            foreach (Model model in new[] { _at8, _at7 })
            {
                sessions.AddRange(isas.Select(isa => new InferenceSession(model, new SessionOptions { Threads = threads, Isa = isa, Winograd = winograd })));
            }

            Contestant[] all = [new(() => ort.Run(_inputs, _outputs)), .. sessions.Select(s => new Contestant(() => s.Run(_inputs)))];
            Contestant.Compete(all, time);
            Dictionary<string, Shape> shapes = _inputs.ToDictionary(i => i.Key, i => i.Value.Shape);
            return
            [
                .. isas.Select((isa, i) => new Int7Row(
                    _network.Name, isa, threads, all[0].Latency, all[1 + i].Latency, all[1 + isas.Count + i].Latency,
                    sessions[i].WideningPeriods(shapes), sessions[isas.Count + i].WideningPeriods(shapes))),
            ];
        }
        finally
        {
            sessions.ForEach(s => s.Dispose());
        }
    }
}

/// <summary>A network's times on one instruction set.</summary>
/// <param name="Network">The network.</param>
/// <param name="Isa">The instruction set of our two.</param>
/// <param name="Threads">Threads of each.</param>
/// <param name="OrtInteger">ONNX Runtime at 8 bits, on the best instructions it finds.</param>
/// <param name="Int8">Ours at 8 bits.</param>
/// <param name="Int7">Ours at 7 bits.</param>
/// <param name="Periods8">At 8 bits, products of row kernels by how many groups are added in 16 bits.</param>
/// <param name="Periods7">The same at 7 bits.</param>
internal sealed record Int7Row(
    string Network, string Isa, int Threads, Latency OrtInteger, Latency Int8, Latency Int7, IReadOnlyDictionary<int, long> Periods8, IReadOnlyDictionary<int, long> Periods7);
