using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace EasyQuant.Cli.Tests.AtomicWrites;

/// <summary>This test program once more, as a process that writes files over and over until it is killed.</summary>
internal static class WriterProcess
{
    private const string Variable = "EASYQUANT_TEST_WRITER";

    /// <summary>Starts one that writes to this folder.</summary>
    public static Process Start(string folder)
    {
        string program = Environment.ProcessPath!;
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(typeof(WriterProcess).Assembly.Location);
        }

        start.Environment[Variable] = folder;
        return Process.Start(start)!;
    }

    [ModuleInitializer]
    internal static void WriteUntilKilled()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } folder)
        {
            return;
        }

        // On this thread alone: any other would wait for the module to be initialized.
        for (int version = 0; ; version++)
        {
            foreach (string kind in WrittenFiles.Kinds)
            {
                WrittenFiles.Write(kind, folder, version % WrittenFiles.Versions);
            }
        }
    }
}
