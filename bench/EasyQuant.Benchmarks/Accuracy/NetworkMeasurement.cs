using EasyQuant.Data.Preprocessing;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Quantization;

namespace EasyQuant.Benchmarks.Accuracy;

/// <summary>Quantizes one network in several ways and measures the files on the pictures it was not calibrated on.</summary>
internal sealed class NetworkMeasurement
{
    private readonly BenchmarkNetwork _network;
    private readonly string _folder;
    private readonly int _threads;
    private readonly ulong _seed;
    private readonly Model _model;
    private readonly SubsetSource _calibration;
    private readonly SubsetSource _others;
    private readonly List<(string Label, string Path)> _files;

    public NetworkMeasurement(BenchmarkNetwork network, string folder, int threads, ulong seed, int samples)
    {
        (_network, _folder, _threads, _seed) = (network, folder, threads, seed);
        _model = network.ReadModel();
        (_calibration, _others) = network.OpenPictures(_model, seed, samples);
        _files = [(AccuracyRow.Float, network.ModelPath)];
    }

    /// <summary>Writes a quantized model, the one that <c>easyquant quantize</c> writes.</summary>
    public void Quantize(Variant variant)
    {
        Model model = PostTrainingQuantizer.Run(_model, _calibration, variant.Options(_threads), new ProgressLines($"{_network.Key} {variant.Label}")).Model;
        model.Metadata["easyquant.preprocess"] = PreprocessJson.ToText(_network.Preprocess);
        string path = Path.Combine(_folder, $"{_network.Key}.{variant.Label.ToLowerInvariant()}.seed{_seed}.onnx");
        OnnxModelWriter.Write(model, path);
        _files.Add((variant.Label, path));
    }

    /// <summary>Measures the float model in float and all quantized ones in integers.</summary>
    public AccuracyRow[] Evaluate(int limit, bool judge)
    {
        SubsetSource pictures = limit < _others.Count ? new SubsetSource(_others, [.. Enumerable.Range(0, limit)]) : _others;
        ProgressLines progress = new(_network.Name);
        EvaluatedModel[] models = [.. _files.Select(f => new EvaluatedModel(f.Label, OnnxModelReader.Read(f.Path), Engine.Integer))];
        try
        {
            TaskReport report = ClassificationTask.Run(models, pictures, new TaskOptions { Threads = _threads }, progress);
            double[]? judged = judge
                ? OnnxRuntimeJudge.Top1([.. _files.Select(f => f.Path)], models[0].OutputName, pictures, _threads, progress)
                : null;
            return [.. _files.Select((f, i) => new AccuracyRow(_network.Name, f.Label, _seed, pictures.Count, report.Models[i], new FileInfo(f.Path).Length, judged?[i]))];
        }
        finally
        {
            Array.ForEach(models, m => m.Dispose());
        }
    }
}
