using System.Diagnostics;
using System.Globalization;

namespace EasyQuant.Benchmarks.LargeModels;

/// <summary>What a process took, as Linux counts it in <c>/proc/PID/status</c>; looked up many times a second, so that short peaks may be missed.</summary>
/// <param name="ExitCode">How it ended.</param>
/// <param name="Seconds">How long it ran.</param>
/// <param name="PeakAnonymous">Bytes at most of memory that no file backs (RssAnon): heaps, stacks, what is above mapped files.</param>
/// <param name="PeakFile">Bytes at most of mapped files (RssFile); the system takes them back as it likes.</param>
/// <param name="PeakResident">Bytes at most of both together (VmHWM).</param>
internal sealed record MeasuredProcess(int ExitCode, double Seconds, long PeakAnonymous, long PeakFile, long PeakResident)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs a program to its end; what it says goes to standard error.</summary>
    public static MeasuredProcess Run(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true };
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginOutputReadLine();
        Dictionary<string, long> peaks = new() { ["RssAnon"] = 0, ["RssFile"] = 0, ["VmHWM"] = 0 };
        do
        {
            Note(process.Id, peaks);
        }
        while (!process.WaitForExit(s_pause));
        process.WaitForExit();
        return new MeasuredProcess(process.ExitCode, Stopwatch.GetElapsedTime(began).TotalSeconds, peaks["RssAnon"], peaks["RssFile"], peaks["VmHWM"]);
    }

    private static void Note(int id, Dictionary<string, long> peaks)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines($"/proc/{id}/status");
        }
        catch (IOException)
        {
            // It has just ended.
            return;
        }

        foreach (string[] parts in lines.Select(l => l.Split([':', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries)))
        {
            if (parts.Length > 1 && peaks.TryGetValue(parts[0], out long peak))
            {
                peaks[parts[0]] = Math.Max(peak, 1024 * long.Parse(parts[1], CultureInfo.InvariantCulture));
            }
        }
    }
}
