using System.CommandLine;
using EasyQuant.Cli.Conformance;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Terminal;
using Spectre.Console;

namespace EasyQuant.Cli.Commands;

/// <summary><c>easyquant verify</c>: runs ONNX test folders.</summary>
internal sealed class VerifyCommand : CliCommand
{
    private readonly Argument<string> _folder = new("DIR")
    {
        Description = "A folder with test folders at any depth: model.onnx, test_data_set_*/input_*.pb and output_*.pb.",
    };

    public VerifyCommand(CommandEnvironment environment)
        : base("verify", "Run ONNX's test folders: passed, failed, unsupported.", environment)
    {
        Add(_folder);
        Add(CommonOptions.Json);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "easyquant verify onnx-backend-tests/node",
        "easyquant verify onnx-backend-tests --json > verified.json",
    ];

    protected override int Execute(ParseResult parsed, Session session)
    {
        string root = parsed.GetRequiredValue(_folder);
        string[] folders = [.. TestFolder.Find(root)];
        TestRow[] rows = session.Progress.Show(progress => RunAll(root, folders, progress, session.CancellationToken));
        VerifyResult result = new(
            rows.Count(r => r.Result == TestRow.Passed), rows.Count(r => r.Result == TestRow.Failed), rows.Count(r => r.Result == TestRow.Unsupported), rows);
        session.WriteResult(result, console => Write(result, console));
        return result.Failed > 0 ? ExitCode.TargetMissed : ExitCode.Done;
    }

    private static TestRow[] RunAll(string root, string[] folders, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        TestRow[] rows = new TestRow[folders.Length];
        int done = 0;
        Parallel.For(0, folders.Length, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            rows[i] = TestFolder.Run(root, folders[i], cancellationToken);
            progress.Report(new StageProgress("verifying", Interlocked.Increment(ref done), folders.Length));
        });
        return rows;
    }

    private static void Write(VerifyResult result, IAnsiConsole console)
    {
        foreach (TestRow row in result.Rows.Where(r => r.Result != TestRow.Passed))
        {
            console.WriteLine($"{row.Result,-11} {row.Test}: {row.Reason}");
        }

        console.WriteLine($"{result.Passed} passed, {result.Failed} failed, {result.Unsupported} unsupported of {result.Rows.Count}");
    }

    private sealed record VerifyResult(int Passed, int Failed, int Unsupported, IReadOnlyList<TestRow> Rows);
}
