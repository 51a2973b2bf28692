using EasyQuant.Data;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Graphs;
using EasyQuant.Onnx;

namespace EasyQuant.Benchmarks.Tasks;

/// <summary>An upscaler of factor 3, its last layer fitted on pictures of ImageNet, calibrated on others, measured on Set5 and Set14.</summary>
internal sealed class UpscaleBenchmark : TaskBenchmark
{
    private const int Factor = 3;
    private const int FittingPictures = 50;
    private const string Pictures = "imagenet1000";

    public override string Key => "upscale";

    public override string Name => "ESPCN x3, fitted";

    public override Preprocess Preprocess => PreprocessPresets.Luminance;

    public override Model ReadModel()
    {
        Model model = OnnxModelReader.Read(BenchmarkNetwork.AssetPath("models", "super_resolution_x3.onnx"));
        UpscaleSource pictures = new(BenchmarkNetwork.AssetPath("images", Pictures), Preprocess, InputOf(model).Name, Factor);

        // From the end of the set; calibration draws from its beginning.
        FittedUpscaler.Fit(model, pictures, [.. Enumerable.Range(pictures.Count - FittingPictures, FittingPictures)], Factor);
        return model;
    }

    public override ISampleSource Calibration(Model model, int count, ulong seed)
    {
        ImageFolderSource all = new(BenchmarkNetwork.AssetPath("images", Pictures), Preprocess, InputOf(model));
        return SubsetSource.Draw(new SubsetSource(all, [.. Enumerable.Range(0, all.Count - FittingPictures)]), count, seed);
    }

    public override IEnumerable<(string Set, IMeasuredTask Task)> Sets(Model model)
    {
        foreach (string set in (string[])["Set5", "Set14"])
        {
            UpscaleSource pictures = new(BenchmarkNetwork.AssetPath("images", "super_resolution", $"C{set}"), Preprocess, InputOf(model).Name, Factor);
            yield return (set, new UpscalingTask(pictures, Factor, Preprocess.ToLevel()));
        }
    }
}
