using System.CommandLine;
using EasyQuant.Benchmarks.Integer;

namespace EasyQuant.Benchmarks.Soak;

/// <summary><c>soak</c>: several callers share one session at full load; every result is compared, memory is watched.</summary>
internal sealed class SoakCommand : Command
{
    private readonly Option<string> _model = new("--model") { Description = "Which network.", DefaultValueFactory = _ => "mobilenetv2" };
    private readonly Option<double> _minutes = new("--minutes") { Description = "For how long.", DefaultValueFactory = _ => 5 };
    private readonly Option<int> _callers = new("--callers") { Description = "How many threads call.", DefaultValueFactory = _ => 4 };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads of the session.", DefaultValueFactory = _ => Environment.ProcessorCount };

    public SoakCommand()
        : base("soak", "Let several callers share one session at full load; the results must stay equal and memory flat.")
    {
        _model.AcceptOnlyFromAmong([.. TimedNetwork.All.Select(n => n.Key)]);
        Option[] options = [_model, _minutes, _callers, _threads];
        Array.ForEach(options, Add);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        TimedNetwork network = TimedNetwork.All.Single(n => n.Key == parsed.GetRequiredValue(_model));
        Console.Error.WriteLine($"{network.Name}: quantizing");
        SoakRun soak = new(QuantizedNetwork.Of(network), parsed.GetValue(_callers), parsed.GetValue(_threads));
        MemoryLog memory = soak.Run(TimeSpan.FromMinutes(parsed.GetValue(_minutes)));

        MarkdownTable table = new(">s", ">runs", ">working set MB", ">managed heap MB");
        foreach (MemorySample sample in memory.Thinned(12))
        {
            table.Add($"{sample.Seconds:0}", $"{sample.Runs}", $"{sample.WorkingSet / 1e6:0.0}", $"{sample.ManagedHeap / 1e6:0.0}");
        }

        Console.WriteLine(table);
        bool isSound = soak.Different == 0 && memory.IsFlat;
        Console.WriteLine($"{network.Name}, {parsed.GetValue(_callers)} callers of one session of {parsed.GetValue(_threads)} threads, {parsed.GetValue(_minutes):0.#} minutes: {soak.Runs} runs, {soak.Different} results differ from those of one thread.");
        Console.WriteLine($"Working set: {memory.Describe()}.");
        Console.WriteLine($"Machine: {Machine.Description}");
        Console.WriteLine(isSound ? "Verdict: passed." : "Verdict: failed.");
        return isSound ? 0 : 1;
    }
}
