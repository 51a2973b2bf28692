using EasyQuant.Data;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Graphs;
using EasyQuant.Onnx;

namespace EasyQuant.Benchmarks.Tasks;

/// <summary>YOLOX-nano, calibrated on pictures of ImageNet, measured on pictures of COCO.</summary>
internal sealed class DetectBenchmark : TaskBenchmark
{
    public override string Key => "detect";

    public override string Name => "YOLOX-nano";

    public override Preprocess Preprocess => PreprocessPresets.Yolox;

    public override Model ReadModel() => OnnxModelReader.Read(BenchmarkNetwork.AssetPath("models", "yolox_nano.onnx"));

    public override ISampleSource Calibration(Model model, int count, ulong seed) => Draw("imagenet1000", Preprocess, model, count, seed);

    public override IEnumerable<(string Set, IMeasuredTask Task)> Sets(Model model)
    {
        string folder = BenchmarkNetwork.AssetPath("images", "coco128");
        return [("COCO", new DetectionTask(new DetectionSource(folder, Path.Combine(folder, "boxes.csv"), Preprocess, InputOf(model))))];
    }
}
