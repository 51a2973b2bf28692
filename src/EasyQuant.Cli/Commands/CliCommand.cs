using System.CommandLine;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Terminal;

namespace EasyQuant.Cli.Commands;

/// <summary>What every command is made from: where it writes, and the token that cancels it.</summary>
/// <param name="Streams">Where results and messages go.</param>
/// <param name="CancellationToken">Set when the user cancels.</param>
internal sealed record CommandEnvironment(TerminalStreams Streams, CancellationToken CancellationToken);

/// <summary>A command of the program: its arguments and options, its examples, and what it does.</summary>
internal abstract class CliCommand : Command
{
    protected CliCommand(string name, string description, CommandEnvironment environment)
        : base(name, description)
    {
        SetAction(parsed =>
        {
            KernelSetting.Check();
            bool json = parsed.GetResult(CommonOptions.Json) is not null && parsed.GetValue(CommonOptions.Json);
            return Execute(parsed, new Session(environment.Streams, json, environment.CancellationToken));
        });
    }

    /// <summary>Complete command lines that help shows.</summary>
    public abstract IReadOnlyList<string> Examples { get; }

    /// <summary>Does the work and returns the <see cref="ExitCode"/>.</summary>
    protected abstract int Execute(ParseResult parsed, Session session);
}
