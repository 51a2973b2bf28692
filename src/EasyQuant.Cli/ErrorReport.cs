using EasyQuant.Cli.Terminal;
using EasyQuant.Data;
using EasyQuant.Graphs;

namespace EasyQuant.Cli;

/// <summary>Tells the user what went wrong: one line and an exit code, and the trace where it was asked for.</summary>
internal static class ErrorReport
{
    /// <summary>Writes the line and returns the exit code.</summary>
    public static int Write(Exception error, TerminalStreams streams, bool verbose, CancellationToken cancellationToken)
    {
        int exitCode = ExitCodeOf(error, cancellationToken);
        streams.Error.WriteLine(exitCode switch
        {
            ExitCode.Cancelled => "cancelled",
            ExitCode.Bug => $"error: this is a fault of easyquant: {error.GetType().Name}: {error.Message}{Environment.NewLine}"
                + "Please report it with the command line and, where possible, the model; --verbose shows where it happened.",
            _ => $"error: {error.Message}",
        });
        if (verbose)
        {
            streams.Error.WriteLine(error);
        }

        return exitCode;
    }

    private static int ExitCodeOf(Exception error, CancellationToken cancellationToken) => error switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => ExitCode.Cancelled,
        UsageException => ExitCode.WrongUsage,
        InvalidModelException or InvalidSampleException or UnusableFileException or IOException or UnauthorizedAccessException => ExitCode.UnusableInput,
        _ => ExitCode.Bug,
    };
}
