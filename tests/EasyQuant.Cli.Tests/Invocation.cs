using EasyQuant.Cli.Terminal;

namespace EasyQuant.Cli.Tests;

/// <summary>What one run of the program left behind.</summary>
internal sealed record Invocation(int ExitCode, string Output, string Error)
{
    /// <summary>Runs the program in this process.</summary>
    public static Invocation Of(params string[] arguments) => Of(CancellationToken.None, arguments);

    /// <inheritdoc cref="Of(string[])"/>
    public static Invocation Of(CancellationToken cancellationToken, params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = CommandLine.Run(arguments, new TerminalStreams(output, error), cancellationToken);
        return new Invocation(exitCode, output.ToString(), error.ToString());
    }
}
