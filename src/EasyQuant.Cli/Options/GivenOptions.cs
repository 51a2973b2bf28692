using System.CommandLine;

namespace EasyQuant.Cli.Options;

/// <summary>What of a command line was written, and what is only taken by default.</summary>
internal static class GivenOptions
{
    /// <summary>Whether the command line has the option.</summary>
    public static bool IsGiven(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
