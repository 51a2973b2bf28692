using System.CommandLine;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Terminal;
using EasyQuant.Evaluation;
using EasyQuant.Graphs;
using EasyQuant.Passes;
using EasyQuant.Quantization;
using EasyQuant.Runtime.Inference.Lowering;
using Spectre.Console;

namespace EasyQuant.Cli.Commands;

/// <summary><c>easyquant compile</c>: writes a quantized model in the form that the runtime loads by itself.</summary>
internal sealed class CompileCommand : CliCommand
{
    private readonly Argument<string> _model = ModelArguments.One();
    private readonly Option<string> _output = new("--output", "-o") { Description = "The file to write, .eqm.", HelpName = "OUT", Required = true };

    public CompileCommand(CommandEnvironment environment)
        : base("compile", "Write a quantized model in the prepared form that EasyQuant.Runtime maps into memory.", environment)
    {
        Add(_model);
        Add(_output);
        Add(CommonOptions.Json);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "easyquant compile mobilenet.int8.onnx -o mobilenet.eqm",
    ];

    protected override int Execute(ParseResult parsed, Session session)
    {
        string path = parsed.GetRequiredValue(_model);
        OutputFile output = OutputFile.Prepare(parsed.GetRequiredValue(_output), path);
        Model model = ModelFile.Read(path).Model.Clone();
        if (!Executors.IsQuantized(model))
        {
            throw new InvalidModelException($"'{path}' is not quantized, and prepared models are computed in integers. Quantize it first: easyquant quantize {path} -o OUT --calibration DIR");
        }

        new RemoveUnusedNodes().Apply(model);
        FloatNode[]? floatNodes = FindFloatNodes(model, session);
        output.WritePrepared(model);
        CompileResult result = new(path, output.Path, ModelFile.BytesOf(path, model), new FileInfo(output.Path).Length, model.Graph.Nodes.Count, floatNodes);
        session.WriteResult(result, console =>
        {
            console.WriteLine($"{path} ({Numbers.Bytes(result.BytesBefore)}) -> {result.Output} ({Numbers.Bytes(result.BytesAfter)})");
            if (floatNodes?.Length > 0)
            {
                console.WriteLine($"The integer engine computes {floatNodes.Length} of its {result.Nodes} nodes in float; see: easyquant inspect {result.Output}");
            }
        });
        return ExitCode.Done;
    }

    // Known beforehand only where the model states its extents.
    private static FloatNode[]? FindFloatNodes(Model model, Session session)
    {
        try
        {
            return [.. NetworkLowering.Lower(model).FloatSteps.Select(s => new FloatNode(s.Label, s.Reason))];
        }
        catch (InvalidModelException error)
        {
            session.Warn($"What runs in integers is not known before the model is fed: {error.Message}");
            return null;
        }
    }

    private sealed record CompileResult(string Model, string Output, long BytesBefore, long BytesAfter, int Nodes, IReadOnlyList<FloatNode>? FloatNodes);
}
