using System.CommandLine;
using EasyQuant.Cli.Inspection;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Terminal;
using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference;

namespace EasyQuant.Cli.Commands;

/// <summary><c>easyquant inspect</c>: what a model is made of, what it costs, and what of it can run in integers.</summary>
internal sealed class InspectCommand : CliCommand
{
    private readonly Argument<string> _model = ModelArguments.One();
    private readonly Option<bool> _plan = new("--plan") { Description = "Show what the integer engine does for one sample, step by step." };

    private readonly Option<string[]> _shape = ShapeOption.Create();

    public InspectCommand(CommandEnvironment environment)
        : base("inspect", "Show inputs, operators, multiply-accumulates, parameters, and what can run in integers.", environment)
    {
        Add(_model);
        Add(_plan);
        Add(_shape);
        Add(CommonOptions.Json);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "easyquant inspect mobilenet.onnx",
        "easyquant inspect mobilenet.int8.onnx --json",
        "easyquant inspect mobilenet.int8.onnx --plan",
        "easyquant inspect segmenter.int8.onnx --plan --shape H=480 --shape W=640",
    ];

    protected override int Execute(ParseResult parsed, Session session)
    {
        string path = parsed.GetRequiredValue(_model);
        if (parsed.GetValue(_plan))
        {
            Model model = ModelFile.Read(path).Model;
            IReadOnlyList<PlanLine> plan = PlanInspection.Run(path, model, ShapeOption.Resolve(parsed.GetRequiredValue(_shape), model.Graph, path, session));
            session.WriteResult(new PlanResult(path, plan), console => PlanInspection.Write(plan, console));
            return ExitCode.Done;
        }

        InspectionReport report = ModelInspection.Run(path, parsed.GetRequiredValue(_shape), session.CancellationToken);
        session.WriteResult(report, console => InspectionText.Write(report, console));
        return ExitCode.Done;
    }

    private sealed record PlanResult(string Model, IReadOnlyList<PlanLine> Plan);
}
