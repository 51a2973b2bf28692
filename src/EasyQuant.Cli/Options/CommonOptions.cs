using System.CommandLine;

namespace EasyQuant.Cli.Options;

/// <summary>Options that mean the same wherever they appear.</summary>
internal static class CommonOptions
{
    /// <summary>One JSON document on standard output.</summary>
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Write one JSON document to standard output and nothing else there.",
    };

    /// <summary>Traces of errors.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Show where an error comes from.",
        Recursive = true,
    };

    /// <summary>How many threads.</summary>
    public static Option<int> Threads(int defaultValue) => new Option<int>("--threads")
    {
        Description = "Threads to use; the results do not depend on it.",
        HelpName = "N",
        DefaultValueFactory = _ => defaultValue,
    }.AtLeast(1);

    /// <summary>Where random choices begin.</summary>
    public static Option<int> Seed() => new Option<int>("--seed")
    {
        Description = "Seed of random choices; the same seed gives the same result.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    }.Between(0, int.MaxValue);
}
