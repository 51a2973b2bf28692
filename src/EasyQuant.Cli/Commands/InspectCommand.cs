using System.CommandLine;
using EasyQuant.Cli.Inspection;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Terminal;

namespace EasyQuant.Cli.Commands;

/// <summary><c>easyquant inspect</c>: what a model is made of, what it costs, and what of it can run in integers.</summary>
internal sealed class InspectCommand : CliCommand
{
    private readonly Argument<string> _model = ModelArguments.One();

    public InspectCommand(CommandEnvironment environment)
        : base("inspect", "Show inputs, operators, multiply-accumulates, parameters, and what can run in integers.", environment)
    {
        Add(_model);
        Add(CommonOptions.Json);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "easyquant inspect mobilenet.onnx",
        "easyquant inspect mobilenet.int8.onnx --json",
    ];

    protected override int Execute(ParseResult parsed, Session session)
    {
        InspectionReport report = ModelInspection.Run(parsed.GetRequiredValue(_model), session.CancellationToken);
        session.WriteResult(report, console => InspectionText.Write(report, console));
        return ExitCode.Done;
    }
}
