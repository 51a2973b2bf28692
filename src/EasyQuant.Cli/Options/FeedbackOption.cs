using System.CommandLine;
using EasyQuant.Evaluation.Recurrence;
using EasyQuant.Graphs;

namespace EasyQuant.Cli.Options;

/// <summary>The option that says which outputs become the next run's inputs.</summary>
internal static class FeedbackOption
{
    /// <summary>The option; may be given several times.</summary>
    public static Option<string[]> Create() => new("--feedback")
    {
        Description = "A state: this output becomes this input of the next run, zeros first. Samples are then sequences: time along the first axis of each file. One * on both sides stands for the same text.",
        HelpName = "OUT=IN",
        DefaultValueFactory = _ => [],
    };

    /// <summary>The links of a model; nothing where the option is not given.</summary>
    /// <exception cref="UsageException">They do not fit the model.</exception>
    public static FeedbackLinks? Resolve(IReadOnlyList<string> given, Graph graph, string model)
    {
        try
        {
            return given.Count == 0 ? null : FeedbackLinks.Of(given, graph);
        }
        catch (ArgumentException error)
        {
            throw new UsageException($"--feedback for '{model}': {error.Message}");
        }
    }
}
