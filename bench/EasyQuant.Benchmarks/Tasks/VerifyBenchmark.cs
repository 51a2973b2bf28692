using EasyQuant.Data;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Graphs;
using EasyQuant.Onnx;

namespace EasyQuant.Benchmarks.Tasks;

/// <summary>MobileFaceNet on the ORL faces: every fourth person is for calibration, the others are told apart.</summary>
internal sealed class VerifyBenchmark : TaskBenchmark
{
    private const int EveryNth = 4;

    public override string Key => "verify";

    public override string Name => "MobileFaceNet";

    public override Preprocess Preprocess => PreprocessPresets.Face;

    public override Model ReadModel() => OnnxModelReader.Read(BenchmarkNetwork.AssetPath("models", "mobilefacenet_insightface.onnx"));

    public override ISampleSource Calibration(Model model, int count, ulong seed) => SubsetSource.Draw(Persons(model, isCalibration: true), count, seed);

    public override IEnumerable<(string Set, IMeasuredTask Task)> Sets(Model model) =>
        [("ORL", new VerificationTask(Persons(model, isCalibration: false)))];

    private SubsetSource Persons(Model model, bool isCalibration)
    {
        ImageFolderSource all = new(BenchmarkNetwork.AssetPath("images", "orl_faces"), Preprocess, InputOf(model));
        return new SubsetSource(all, [.. Enumerable.Range(0, all.Count).Where(i => all.Read(i).Label % EveryNth == 0 == isCalibration)]);
    }
}
