using System.CommandLine;
using EasyQuant.Fuzz.Kit;
using EasyQuant.Fuzz.Targets;

namespace EasyQuant.Fuzz;

/// <summary><c>try</c>: one file, in this process, for the debugger.</summary>
internal sealed class TryCommand : Command
{
    private readonly Argument<string> _target = new("target") { Description = "Which reader." };
    private readonly Argument<FileInfo> _file = new("file") { Description = "The input." };

    public TryCommand()
        : base("try", "Try one file that was saved and say what comes of it.")
    {
        Add(_target);
        Add(_file);
        SetAction(parsed =>
        {
            TrialResult result = Trial.Run(FuzzTargets.Named(parsed.GetRequiredValue(_target)), File.ReadAllBytes(parsed.GetRequiredValue(_file).FullName));
            Console.WriteLine(result);
            return result.Outcome == Outcome.Defect ? 1 : 0;
        });
    }
}
