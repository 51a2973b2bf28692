using EasyQuant.Cli.Samples;
using EasyQuant.Data;
using EasyQuant.Graphs;

namespace EasyQuant.Cli.Evaluation.Tasks;

/// <summary>What the command line asks of a task.</summary>
/// <param name="ModelPath">What the model is called.</param>
/// <param name="Model">The model, or the first of several: the reference.</param>
/// <param name="Data">Where the samples are.</param>
/// <param name="Preprocess">What is done to pictures.</param>
/// <param name="Labels">The label file, where one is given.</param>
/// <param name="Boxes">The box file, where one is given.</param>
internal sealed record TaskRequest(string ModelPath, Model Model, string Data, PreprocessChoice Preprocess, string? Labels, string? Boxes)
{
    /// <summary>Which samples count.</summary>
    public SampleChoice Chosen { get; init; } = SampleChoice.All;

    /// <summary>The samples at <see cref="Data"/>, where they are open already.</summary>
    public ISampleSource? Opened { get; init; }

    /// <summary>The samples that count, for tasks whose truth is a label.</summary>
    public ISampleSource OpenSamples() => Chosen.Of(Opened ?? Preprocess.Open(Data, Model, Labels));
}
