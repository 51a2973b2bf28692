using System.CommandLine;
using System.CommandLine.Parsing;
using EasyQuant.Strings;

namespace EasyQuant.Cli;

/// <summary>Tells the user what is wrong with a command line, what was probably meant, and where to read more.</summary>
internal static class UsageReport
{
    // More edits than this are another word, not a slip.
    private const int MostEdits = 3;

    /// <summary>
    /// Whether an option that the command does not have stands where a file name may stand; the parser takes it for one. Files
    /// with such names can be given as <c>./-name</c>.
    /// </summary>
    public static bool HasUnknownOptions(ParseResult parsed) =>
        parsed.Action is not HelpWithExamples && OptionsAmongArguments(parsed).Any();

    /// <summary>Whether an argument is empty text, as a script's variable without a value leaves it; no file has that name.</summary>
    public static bool HasEmptyArguments(ParseResult parsed) => parsed.Tokens.Any(t => t.Value.Length == 0);

    /// <summary>Writes a line for each fault and the way to the help.</summary>
    public static void Write(ParseResult parsed, TextWriter error)
    {
        Command command = parsed.CommandResult.Command;
        string[] unknown = command.Subcommands.Count > 0
            ? [.. parsed.UnmatchedTokens.Take(1)]
            : [.. parsed.UnmatchedTokens.Where(t => t.StartsWith('-')), .. OptionsAmongArguments(parsed)];
        foreach (string token in unknown)
        {
            string kind = token.StartsWith('-') ? "option" : "command";
            error.WriteLine($"error: '{token}' is no {kind} of '{PathOf(command)}'.{Suggest(token, command)}");
        }

        if (unknown.Length == 0)
        {
            string[] empty = HasEmptyArguments(parsed) ? ["An argument is empty; expected a path, a name or a number."] : [];
            foreach (string message in parsed.Errors.Select(e => e.Message).Distinct().Concat(empty))
            {
                error.WriteLine($"error: {message}");
            }
        }

        error.WriteLine($"Run '{PathOf(command)} --help' for what it takes.");
    }

    private static IEnumerable<string> OptionsAmongArguments(ParseResult parsed) => parsed.CommandResult.Children
        .OfType<ArgumentResult>()
        .SelectMany(a => a.Tokens)
        .Select(t => t.Value)
        .Where(t => t.Length > 1 && t.StartsWith('-'));

    private static string Suggest(string token, Command command)
    {
        IEnumerable<string> names = token.StartsWith('-')
            ? OptionsOf(command).SelectMany(o => o.Aliases.Append(o.Name))
            : command.Subcommands.Select(c => c.Name);
        string? closest = names.MinBy(n => EditDistance.Between(token, n));
        return closest is not null && EditDistance.Between(token, closest) <= MostEdits ? $" Did you mean '{closest}'?" : "";
    }

    private static IEnumerable<Option> OptionsOf(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(p => p.Options.Where(o => o.Recursive)));

    private static string PathOf(Command command) =>
        command is RootCommand ? "easyquant" : $"easyquant {command.Name}";
}
