using EasyQuant.Data;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation.Recurrence;
using EasyQuant.Graphs;

namespace EasyQuant.Cli.Samples;

/// <summary>What is done to pictures: what the command line says, else what the models say of themselves.</summary>
/// <param name="Value">The preprocessing, or nothing where nobody says.</param>
internal sealed record PreprocessChoice(Preprocess? Value)
{
    /// <summary>Chooses.</summary>
    /// <exception cref="InvalidSampleException">The option or the metadata cannot be understood.</exception>
    /// <exception cref="UsageException">Two models say different things.</exception>
    public static PreprocessChoice Of(string? option, params IReadOnlyList<Model> models)
    {
        if (option is not null)
        {
            return new PreprocessChoice(PreprocessJson.Load(option));
        }

        string[] stored = [.. models.Select(m => m.Metadata.TryGetValue(MetadataKeys.Preprocess, out string? text) ? text : null).OfType<string>().Distinct()];
        return stored switch
        {
            [] => new PreprocessChoice((Preprocess?)null),
            [string text] => new PreprocessChoice(PreprocessJson.FromText(text, $"the model's metadata '{MetadataKeys.Preprocess}'")),
            _ => throw new UsageException($"The models say different things of how pictures are prepared: {string.Join(" and ", stored)}. Choose with --preprocess."),
        };
    }

    /// <summary>Opens samples for a model's inputs.</summary>
    /// <exception cref="InvalidSampleException">There are none, or they do not fit.</exception>
    /// <exception cref="UsageException">They are pictures and nobody says how to prepare them.</exception>
    public ISampleSource Open(string path, Model model, string? labels = null)
    {
        ISampleSource source = SampleSources.Open(path, SampleInput.Of(model), Value ?? PreprocessPresets.None, labels);
        if (source is ImageFolderSource or IdxSource)
        {
            _ = Required(path);
        }

        return source.Count > 0 ? source : throw new InvalidSampleException($"'{path}' holds no sample.");
    }

    /// <summary>Opens sequences of samples for a model's inputs.</summary>
    /// <exception cref="InvalidSampleException">There are none, or they do not fit.</exception>
    /// <exception cref="UsageException">They are pictures and nobody says how to prepare them.</exception>
    public SequenceSource OpenSequences(string path, Model model, FeedbackLinks feedback, string? labels)
    {
        if (labels is not null)
        {
            throw new UsageException("--labels does not go with --feedback; the labels of steps are an array 'labels' in each .npz.");
        }

        SampleInput[] inputs = [.. SampleInput.Of(model).Select(i => i with { IsState = feedback.IsState(i.Name) })];
        SequenceSource sequences = SequenceSource.Open(path, inputs, Value ?? PreprocessPresets.None);
        if (sequences.HasPictures)
        {
            _ = Required(path);
        }

        return sequences;
    }

    /// <summary>The preprocessing, which pictures need.</summary>
    /// <exception cref="UsageException">Nobody says how to prepare them.</exception>
    public Preprocess Required(string path) => Value ?? throw new UsageException(
        $"'{path}' holds pictures: say with --preprocess how they become the model's input ({string.Join(", ", PreprocessPresets.All.Keys)}, or a JSON file).");

    /// <summary>The only input of a model that takes pictures.</summary>
    /// <exception cref="InvalidModelException">There is another number of inputs.</exception>
    public static SampleInput PictureInput(Model model) => SampleInput.Of(model) is [SampleInput only]
        ? only
        : throw new InvalidModelException($"The model has {model.Graph.RequiredInputs.Count()} inputs; for this task it needs one, which takes pictures.");
}
