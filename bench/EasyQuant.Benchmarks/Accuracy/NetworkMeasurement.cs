using EasyQuant.Data.Preprocessing;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Metrics;
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
    private readonly Model _model;
    private readonly SubsetSource _calibration;
    private readonly SubsetSource _others;
    private readonly List<ModelVariant> _variants;

    public NetworkMeasurement(BenchmarkNetwork network, string folder, int threads, ulong seed)
    {
        (_network, _folder, _threads) = (network, folder, threads);
        _model = network.ReadModel();
        (_calibration, _others) = network.OpenPictures(_model, seed);
        _variants = [new ModelVariant(ModelVariant.FloatMethod, 32, 32, network.ModelPath)];
    }

    /// <summary>Writes a quantized model, the one that <c>easyquant quantize</c> writes.</summary>
    public void Quantize(string method, QuantizationOptions options)
    {
        string name = $"{_network.Key}.int{options.WeightBits}.{method}";
        Model model = PostTrainingQuantizer.Run(_model, _calibration, options, new ProgressLines(name)).Model;
        model.Metadata["easyquant.preprocess"] = PreprocessJson.ToText(_network.Preprocess);
        string path = Path.Combine(_folder, $"{name}.onnx");
        OnnxModelWriter.Write(model, path);
        _variants.Add(new ModelVariant(method, options.WeightBits, options.ActivationBits, path));
    }

    /// <summary>Measures the float model in float and all quantized ones in integers.</summary>
    public AccuracyRow[] Evaluate(int limit, bool judge)
    {
        SubsetSource pictures = limit < _others.Count ? new SubsetSource(_others, [.. Enumerable.Range(0, limit)]) : _others;
        ProgressLines progress = new(_network.Name);
        EvaluatedModel[] models = [.. _variants.Select(v => new EvaluatedModel(v.Path, OnnxModelReader.Read(v.Path), Engine.Integer))];
        try
        {
            IReadOnlyList<ClassificationMetrics> metrics = Evaluator.Run(models, pictures, new EvaluationOptions { Threads = _threads }, progress);
            double[]? judged = judge
                ? OnnxRuntimeJudge.Top1([.. _variants.Select(v => v.Path)], models[0].OutputName, pictures, _threads, progress)
                : null;
            return [.. _variants.Select((v, i) => AccuracyRow.Of(_network.Name, v, metrics[i], judged?[i]))];
        }
        finally
        {
            Array.ForEach(models, m => m.Dispose());
        }
    }
}
