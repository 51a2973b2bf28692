using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace EasyQuant.Benchmarks.Results;

/// <summary><c>results</c>: measures what docs/results.md says anew and writes it there.</summary>
internal sealed class ResultsCommand : Command
{
    private readonly Argument<string[]> _names = new("names") { Description = "Which parts; all without any.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string> _document = new("--document") { Description = "The text to be brought up to date.", DefaultValueFactory = _ => Path.Combine("docs", "results.md") };
    private readonly Option<bool> _list = new("--list") { Description = "List the parts and end." };

    public ResultsCommand()
        : base("results", "Measure the parts of docs/results.md, each in a process of its own, and write them there.")
    {
        Add(_names);
        Add(_document);
        Add(_list);
        SetAction(parsed => Run(parsed.GetRequiredValue(_document), parsed.GetValue(_names) ?? [], parsed.GetValue(_list)));
    }

    private static int Run(string path, string[] names, bool list)
    {
        ResultsDocument document = ResultsDocument.Read(path);
        if (names.Except(document.Parts.Select(p => p.Name)).FirstOrDefault() is { } unknown)
        {
            Console.Error.WriteLine($"'{path}' has no part '{unknown}'. Its parts: {string.Join(", ", document.Parts.Select(p => p.Name))}.");
            return 2;
        }

        foreach (MeasuredPart part in document.Parts.Where(p => names.Length == 0 || names.Contains(p.Name)))
        {
            Console.Error.WriteLine($"{part.Name}: {string.Join(' ', part.Arguments)}");
            if (!list)
            {
                long start = Stopwatch.GetTimestamp();
                string printed = ChildProcess.OutputOfThisProgram(part.Arguments);
                document.Replace(part, $"""
                    ```
                    dotnet run -c Release --project bench/EasyQuant.Benchmarks -- {string.Join(' ', part.Arguments)}
                    ```

                    {printed.Trim()}

                    {Source()}, {DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}; it took {Stopwatch.GetElapsedTime(start).TotalMinutes:0.0} minutes.
                    """);
            }
        }

        return 0;
    }

    private static string Source()
    {
        string commit = ChildProcess.Output("git", "rev-parse", "--short", "HEAD").Trim();
        bool isChanged = ChildProcess.Output("git", "status", "--porcelain", "--", "src", "bench", "tests").Trim() != "";
        return $"Commit `{commit}`{(isChanged ? " with changes" : "")}";
    }
}
