using System.Text.Json;
using EasyQuant.Cli.Json;
using Spectre.Console;

namespace EasyQuant.Cli.Terminal;

/// <summary>One run of a command: where it writes, what form its results take, and whether it has been cancelled.</summary>
internal sealed class Session
{
    private readonly TerminalStreams _streams;

    public Session(TerminalStreams streams, bool json, CancellationToken cancellationToken)
    {
        _streams = streams;
        IsJson = json;
        CancellationToken = cancellationToken;
        Output = Consoles.Create(streams.Output, streams.OutputIsTerminal);
        Error = Consoles.Create(streams.Error, streams.ErrorIsTerminal);
        Progress = streams.ErrorIsTerminal ? new DrawnProgress(Error) : new PlainProgress(streams.Error);
    }

    /// <summary>Whether the result is one JSON document instead of text.</summary>
    public bool IsJson { get; }

    /// <summary>Set when the user cancels.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Standard output, for results.</summary>
    public IAnsiConsole Output { get; }

    /// <summary>Standard error, for everything else.</summary>
    public IAnsiConsole Error { get; }

    /// <summary>Shows how far the work is, on standard error.</summary>
    public IProgressDisplay Progress { get; }

    /// <summary>Says something that the user should not overlook.</summary>
    public void Warn(string message) => Error.MarkupLineInterpolated($"[yellow]warning:[/] {message}");

    /// <summary>Says something of passing interest.</summary>
    public void Note(string message) => _streams.Error.WriteLine(message);

    /// <summary>Writes the result: the document where JSON was asked for, the text otherwise.</summary>
    public void WriteResult<T>(T document, Action<IAnsiConsole> writeText)
    {
        if (IsJson)
        {
            _streams.Output.WriteLine(JsonSerializer.Serialize(document, JsonForm.Options));
        }
        else
        {
            writeText(Output);
        }
    }
}
