using System.CommandLine;
using System.Text.Json;

namespace EasyQuant.Benchmarks.Search;

/// <summary><c>search</c>: what EasyQuant's search costs in time and memory, and whether it always writes the same file.</summary>
internal sealed class SearchCommand : Command
{
    private readonly Option<string> _model = new("--model") { Description = "Which network.", DefaultValueFactory = _ => BenchmarkNetwork.SqueezeNet.Key };
    private readonly Option<int[]> _threads = Several.Option("--threads", "A run for each of these numbers of threads.", 1, 2, 2);

    // Each measurement has a process of its own: memory that one run has grown would be counted for the next.
    private readonly Option<bool> _here = new("--here") { Hidden = true };

    public SearchCommand()
        : base("search", "Quantize with EasyQuant: 50 pictures, the full grid, 8 bits.")
    {
        _model.AcceptOnlyFromAmong([.. BenchmarkNetwork.All.Select(n => n.Key)]);
        Option[] options = [_model, _threads, _here];
        Array.ForEach(options, Add);
        SetAction(Run);
    }

    private void Run(ParseResult parsed)
    {
        BenchmarkNetwork network = BenchmarkNetwork.All.Single(n => n.Key == parsed.GetValue(_model));
        int[] threads = parsed.GetRequiredValue(_threads);
        if (parsed.GetValue(_here))
        {
            Console.WriteLine(JsonSerializer.Serialize(SearchRun.Measure(network, threads.Single())));
            return;
        }

        SearchRun[] runs = [.. threads.Select(t => MeasureInChild(network, t))];
        MarkdownTable table = new("run", ">threads", ">search s", ">one float run ms", ">search in float runs", ">peak memory MB", "SHA-256 of the model");
        foreach ((int index, SearchRun run) in runs.Index())
        {
            table.Add(
                $"{index + 1}", $"{run.Threads}", $"{run.Seconds:0.0}", $"{run.FloatMilliseconds:0.00}", $"{run.FloatRunsWorth:N0}",
                $"{run.PeakBytes / 1e6:0}", run.Sha256[..16]);
        }

        Console.WriteLine(table);
        bool equal = runs.Select(r => r.Sha256).Distinct().Count() == 1;
        Console.WriteLine($"{network.Name}, 50 pictures, full grid. {(equal ? $"All runs wrote the same bytes, SHA-256 {runs[0].Sha256}." : "The runs wrote DIFFERENT models.")}");
        Console.WriteLine($"Machine: {Machine.Description}");
    }

    private static SearchRun MeasureInChild(BenchmarkNetwork network, int threads) =>
        JsonSerializer.Deserialize<SearchRun>(ChildProcess.OutputOfThisProgram("search", "--here", "--model", network.Key, "--threads", $"{threads}"))!;
}
