using System.CommandLine;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Terminal;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Benchmarks;
using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference;
using Spectre.Console;

namespace EasyQuant.Cli.Commands;

/// <summary><c>easyquant bench</c>: how long one run of each model takes.</summary>
internal sealed class BenchCommand : CliCommand
{
    private readonly Argument<string[]> _models = ModelArguments.Several("The models to time, in turns.");
    private readonly Option<int> _threads = CommonOptions.Threads(1);
    private readonly Option<double> _seconds = new Option<double>("--seconds")
    {
        Description = "How long to time each model.",
        HelpName = "S",
        DefaultValueFactory = _ => 3,
    }.Between(0, 3600);

    private readonly Option<string[]> _shape = ShapeOption.Create();

    public BenchCommand(CommandEnvironment environment)
        : base("bench", "Time models on made-up inputs, in turns; quantized ones in integers, others in float.", environment)
    {
        Add(_models);
        Add(_threads);
        Add(_seconds);
        Add(_shape);
        Add(CommonOptions.Json);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "easyquant bench float.onnx int8.onnx",
        "easyquant bench float.onnx int8.onnx --threads 4 --seconds 10 --json",
        "easyquant bench float.onnx int8.onnx --shape data=8x3x224x224",
    ];

    protected override int Execute(ParseResult parsed, Session session)
    {
        int threads = parsed.GetValue(_threads);
        List<TimedModel> models = [];
        try
        {
            foreach (string path in parsed.GetRequiredValue(_models))
            {
                Model model = ModelFile.Read(path).Model;
                models.Add(new TimedModel(path, Executors.Create(model, Engine.Integer, threads), SyntheticInputs.For(model.Graph, ShapeOption.Resolve(parsed.GetRequiredValue(_shape), model.Graph, path, session))));
            }

            IReadOnlyList<InferenceTime> times = InferenceBenchmark.Run(models, TimeSpan.FromSeconds(parsed.GetValue(_seconds)), session.CancellationToken);
            BenchRow[] rows = [.. times.Select((t, i) => new BenchRow(t.Name, models[i].Executor.Engine, IsaOf(models[i].Executor), threads, t.MedianMs, t.MinMs))];
            session.WriteResult(new BenchResult(rows), console => Write(rows, console));
            return ExitCode.Done;
        }
        finally
        {
            models.ForEach(m => m.Executor.Dispose());
        }
    }

    private static string IsaOf(IModelExecutor executor) => executor is InferenceSession session ? session.Isa : VectorInstructions.Name;

    private static void Write(BenchRow[] rows, IAnsiConsole console)
    {
        Table table = Tables.Create("model", "engine", "isa", ">threads", ">median ms", ">min ms");
        foreach (BenchRow row in rows)
        {
            table.AddText(row.Model, row.Engine, row.Isa, $"{row.Threads}", $"{row.MedianMs:0.000}", $"{row.MinMs:0.000}");
        }

        console.Write(table);
    }

    private sealed record BenchResult(IReadOnlyList<BenchRow> Rows);

    private sealed record BenchRow(string Model, string Engine, string Isa, int Threads, double MedianMs, double MinMs);
}
