using EasyQuant.Data;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Graphs;

namespace EasyQuant.Benchmarks.Tasks;

/// <summary>A network of the assets that is no classifier: what it is calibrated on, and how well it does its task.</summary>
internal abstract class TaskBenchmark
{
    /// <summary>What the command line calls the task.</summary>
    public abstract string Key { get; }

    /// <summary>What tables call the network.</summary>
    public abstract string Name { get; }

    /// <summary>What makes a picture the network's input.</summary>
    public abstract Preprocess Preprocess { get; }

    /// <summary>The float network.</summary>
    public abstract Model ReadModel();

    /// <summary>Draws so many pictures to calibrate on, none of which is measured on.</summary>
    public abstract ISampleSource Calibration(Model model, int count, ulong seed);

    /// <summary>What is measured, each set of pictures by itself.</summary>
    public abstract IEnumerable<(string Set, IMeasuredTask Task)> Sets(Model model);

    protected static ISampleSource Draw(string pictures, Preprocess preprocess, Model model, int count, ulong seed) =>
        SubsetSource.Draw(new ImageFolderSource(BenchmarkNetwork.AssetPath("images", pictures), preprocess, InputOf(model)), count, seed);

    protected static SampleInput InputOf(Model model) => SampleInput.Of(model).Single();
}
