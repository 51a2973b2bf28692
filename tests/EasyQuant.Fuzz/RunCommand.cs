using System.CommandLine;
using EasyQuant.Fuzz.Kit;
using EasyQuant.Fuzz.Targets;

namespace EasyQuant.Fuzz;

/// <summary><c>run</c>: every target in turn for its share of the time.</summary>
internal sealed class RunCommand : Command
{
    private readonly Option<string[]> _targets = new("--target") { Description = "Which readers; all where none is named.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<double> _seconds = new("--seconds") { Description = "For how long, all targets together.", DefaultValueFactory = _ => 600 };
    private readonly Option<long> _inputs = new("--inputs") { Description = "The most inputs for each target.", DefaultValueFactory = _ => long.MaxValue };
    private readonly Option<int> _seed = new("--seed") { Description = "Where the inputs begin: the same seed makes the same inputs.", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> _save = new("--save") { Description = "A folder for the inputs that show a defect." };

    public RunCommand()
        : base("run", "Try inputs for as long as wished and count what came of them.")
    {
        _targets.AcceptOnlyFromAmong([.. FuzzTargets.All.Select(t => t.Name)]);
        Option[] options = [_targets, _seconds, _inputs, _seed, _save];
        Array.ForEach(options, Add);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        string[] names = parsed.GetValue(_targets) ?? [];
        FuzzTarget[] targets = [.. FuzzTargets.All.Where(t => names.Length == 0 || names.Contains(t.Name))];
        TimeSpan share = TimeSpan.FromSeconds(parsed.GetValue(_seconds) / targets.Length);
        List<Tally> tallies = [];
        foreach (FuzzTarget target in targets)
        {
            Console.Error.WriteLine(target.Name);
            tallies.Add(new FuzzRun(target, parsed.GetValue(_seed), parsed.GetValue(_save)).Run(parsed.GetValue(_inputs), share));
        }

        Console.WriteLine("| reader | inputs | ran | refused | defects | slowest ms | most MB allocated |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
        foreach (Tally t in tallies)
        {
            Console.WriteLine($"| {t.Target} | {t.Inputs} | {t.Ran} | {t.Refused} | {t.Defects} | {t.SlowestMilliseconds:0} | {t.MostBytes / 1e6:0} |");
        }

        Console.WriteLine($"| all | {tallies.Sum(t => t.Inputs)} | {tallies.Sum(t => t.Ran)} | {tallies.Sum(t => t.Refused)} | {tallies.Sum(t => t.Defects)} | | |");
        foreach (Tally t in tallies)
        {
            foreach ((string finding, (long times, long first)) in t.Findings.OrderByDescending(f => f.Value.Times))
            {
                Console.WriteLine($"{t.Target} {first} ({times} times): {finding}");
            }
        }

        return tallies.Any(t => t.Defects > 0) ? 1 : 0;
    }
}
