using System.Diagnostics;
using System.Globalization;

namespace EasyQuant.Fuzz.Kit;

/// <summary>Has a process try inputs and watches over it: where it ends or says nothing for too long, that input is a defect, and another process goes on behind it.</summary>
/// <param name="target">What is tried.</param>
/// <param name="seed">Where the inputs begin.</param>
/// <param name="save">Where the inputs that show a defect are kept, if anywhere.</param>
internal sealed class FuzzRun(FuzzTarget target, int seed, string? save)
{
    // Seeds are quantized networks and hundreds of files; on a busy machine that takes a while.
    private static readonly TimeSpan s_patienceWithSeeds = TimeSpan.FromMinutes(5);

    /// <summary>How long a process may say nothing of an input, which is more than one may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The most bytes on the heap of a process.</summary>
    public long HeapBytes { get; init; } = 2L << 30;

    /// <summary>Tries inputs until the number or the time is reached.</summary>
    public Tally Run(long inputs, TimeSpan time)
    {
        Tally tally = new(target.Name);
        long next = 0;
        Stopwatch elapsed = Stopwatch.StartNew();
        while (next < inputs && elapsed.Elapsed < time)
        {
            next = RunProcess(next, inputs, time - elapsed.Elapsed, tally);
        }

        return tally;
    }

    // Returns the number of the input to go on with.
    private long RunProcess(long first, long end, TimeSpan time, Tally tally)
    {
        using Process process = Start(first, end, time);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        long next = first;
        long? open = null;
        while (true)
        {
            Task<string?> reading = process.StandardOutput.ReadLineAsync();
            if (!reading.Wait(open is null ? s_patienceWithSeeds : Patience))
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
                return NoteLoss(open ?? next, "it never ends", tally);
            }

            if (reading.Result is not { } line)
            {
                break;
            }

            string[] words = line.Split(' ', 6);
            if (words[0] == Worker.Beginning)
            {
                open = long.Parse(words[1], CultureInfo.InvariantCulture);
            }
            else if (words[0] == Worker.Ending)
            {
                open = null;
                next = long.Parse(words[1], CultureInfo.InvariantCulture) + 1;
                tally.Add(next - 1, new TrialResult(
                    Enum.Parse<Outcome>(words[2]), words[5], double.Parse(words[3], CultureInfo.InvariantCulture), long.Parse(words[4], CultureInfo.InvariantCulture)));
            }
        }

        process.WaitForExit();
        if (process.ExitCode == 0)
        {
            return end;
        }

        string said = errors.Result.Split('\n').FirstOrDefault(l => l.Length > 0) ?? "";
        return open is { } number
            ? NoteLoss(number, $"the process ends with code {process.ExitCode}: {said}", tally)
            : throw new InvalidOperationException($"The process that tries '{target.Name}' ended with code {process.ExitCode} between two inputs: {errors.Result}");
    }

    private long NoteLoss(long number, string finding, Tally tally)
    {
        tally.Add(number, new TrialResult(Outcome.Defect, finding, 0, 0));
        if (save is not null)
        {
            Worker.Save(target, seed, number, target.Make(new Dice(seed, target.Name, number)), finding, save);
        }

        return number + 1;
    }

    private Process Start(long first, long end, TimeSpan time)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            typeof(FuzzRun).Assembly.Location, "worker", target.Name, "--seed", $"{seed}", "--first", $"{first}", "--end", $"{end}",
            "--seconds", time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture), .. save is null ? Array.Empty<string>() : ["--save", save],
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        start.Environment["DOTNET_GCHeapHardLimit"] = $"0x{HeapBytes:x}";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        return Process.Start(start) ?? throw new InvalidOperationException("No process could be started.");
    }
}
