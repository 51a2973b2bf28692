using System.Globalization;

namespace EasyQuant.Fuzz.Kit;

/// <summary>Tries inputs one after another and says so line by line, in a process that may be brought down by any of them.</summary>
internal static class Worker
{
    public const string Beginning = "begin";
    public const string Ending = "end";

    /// <summary>Tries inputs until the number or the time is reached.</summary>
    public static void Run(FuzzTarget target, int seed, long first, long end, TimeSpan time, string? save)
    {
        long start = Environment.TickCount64;
        for (long number = first; number < end && Environment.TickCount64 - start < time.TotalMilliseconds; number++)
        {
            byte[] input = target.Make(new Dice(seed, target.Name, number));
            Console.Out.WriteLine($"{Beginning} {number}");
            TrialResult result = Trial.Run(target, input);
            if (result.Outcome == Outcome.Defect && save is not null)
            {
                Save(target, seed, number, input, result.Finding, save);
            }

            string finding = result.Outcome == Outcome.Defect ? result.Finding.Split('\n')[0].Trim() : "";
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{Ending} {number} {result.Outcome} {result.Milliseconds:0.0} {result.AllocatedBytes} {finding}"));
        }
    }

    /// <summary>Keeps an input and what is wrong with it.</summary>
    public static void Save(FuzzTarget target, int seed, long number, byte[] input, string finding, string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"{target.Name}-{seed}-{number}");
        File.WriteAllBytes(path + Path.GetExtension(target.FileName), input);
        File.WriteAllText(path + ".txt", finding);
    }
}
