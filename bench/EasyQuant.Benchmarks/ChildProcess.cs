using System.Diagnostics;

namespace EasyQuant.Benchmarks;

/// <summary>Runs programs to their end and takes what they print; what they say of errors and progress is said by this one too.</summary>
internal static class ChildProcess
{
    private const int Done = 0;

    /// <summary>What a program prints.</summary>
    /// <exception cref="InvalidOperationException">It ended with another code than 0.</exception>
    public static string Output(string program, params IEnumerable<string> arguments) => Run(program, arguments, Done).Output;

    /// <summary>What this program prints in a process of its own.</summary>
    /// <inheritdoc cref="Output"/>
    public static string OutputOfThisProgram(params IEnumerable<string> arguments)
    {
        string self = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is not known.");
        return Output(self, Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(ChildProcess).Assembly.Location, .. arguments] : arguments);
    }

    /// <summary>How a program ends, and what it prints.</summary>
    /// <param name="program">Its file, or its name where it is in the path.</param>
    /// <param name="arguments">What it is given.</param>
    /// <param name="expected">The codes with which it may end.</param>
    /// <exception cref="InvalidOperationException">It ended with another code.</exception>
    public static (int ExitCode, string Output) Run(string program, IEnumerable<string> arguments, params ReadOnlySpan<int> expected)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"'{program}' did not start.");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return expected.Contains(process.ExitCode)
            ? (process.ExitCode, output)
            : throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' ended with {process.ExitCode}.");
    }
}
