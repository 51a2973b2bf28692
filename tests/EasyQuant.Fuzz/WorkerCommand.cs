using System.CommandLine;
using EasyQuant.Fuzz.Kit;
using EasyQuant.Fuzz.Targets;

namespace EasyQuant.Fuzz;

/// <summary><c>worker</c>: what <see cref="FuzzRun"/> starts.</summary>
internal sealed class WorkerCommand : Command
{
    private readonly Argument<string> _target = new("target");
    private readonly Option<int> _seed = new("--seed");
    private readonly Option<long> _first = new("--first");
    private readonly Option<long> _end = new("--end");
    private readonly Option<double> _seconds = new("--seconds");
    private readonly Option<string?> _save = new("--save");

    public WorkerCommand()
        : base("worker", "Try inputs in this process, whatever becomes of it.")
    {
        Hidden = true;
        Add(_target);
        Option[] options = [_seed, _first, _end, _seconds, _save];
        Array.ForEach(options, Add);
        SetAction(parsed => Worker.Run(
            FuzzTargets.Named(parsed.GetRequiredValue(_target)),
            parsed.GetValue(_seed),
            parsed.GetValue(_first),
            parsed.GetValue(_end),
            TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
            parsed.GetValue(_save)));
    }
}
