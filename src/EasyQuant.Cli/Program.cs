using System.Runtime.InteropServices;
using EasyQuant.Cli;
using EasyQuant.Cli.Terminal;

using CancellationTokenSource cancellation = new();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
return CommandLine.Run(args, TerminalStreams.OfProcess(), cancellation.Token);

void Cancel(PosixSignalContext signal)
{
    // The first signal lets the command end cleanly; a second one ends the process.
    signal.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
}
