namespace EasyQuant.Cli.Terminal;

/// <summary>Where results and messages go, and whether a person is watching.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Progress, warnings, errors.</param>
/// <param name="OutputIsTerminal">Whether results may be coloured.</param>
/// <param name="ErrorIsTerminal">Whether progress may be drawn over; plain lines otherwise.</param>
internal sealed record TerminalStreams(TextWriter Output, TextWriter Error, bool OutputIsTerminal = false, bool ErrorIsTerminal = false)
{
    /// <summary>Standard output and standard error.</summary>
    public static TerminalStreams OfProcess() =>
        new(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);
}
