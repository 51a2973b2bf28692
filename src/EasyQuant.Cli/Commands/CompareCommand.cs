using System.CommandLine;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Samples;
using EasyQuant.Cli.Terminal;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation.Layers;
using EasyQuant.Graphs;
using EasyQuant.Quantization.Preparation;
using Spectre.Console;

namespace EasyQuant.Cli.Commands;

/// <summary><c>easyquant compare</c>: how far each layer of a quantized model is from the float model's.</summary>
internal sealed class CompareCommand : CliCommand
{
    private readonly Argument<string> _float = ModelArguments.One("FLOAT", "The float model.");
    private readonly Argument<string> _quantized = ModelArguments.One("QUANTIZED", "What was made from it.");
    private readonly Option<string> _calibration = SampleOptions.Calibration();
    private readonly Option<int> _samples = SampleOptions.Count();
    private readonly Option<string?> _preprocess = SampleOptions.Preprocess();
    private readonly Option<string[]> _feedback = FeedbackOption.Create();
    private readonly Option<int> _seed = CommonOptions.Seed();
    private readonly Option<int> _threads = CommonOptions.Threads(Environment.ProcessorCount);

    public CompareCommand(CommandEnvironment environment)
        : base("compare", "Show the cosine and SQNR of every layer's output against the float model's, worst first.", environment)
    {
        Add(_float);
        Add(_quantized);
        Option[] options = [_calibration, _samples, _preprocess, _feedback, _seed, _threads, CommonOptions.Json];
        Array.ForEach(options, Add);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "easyquant compare mobilenet.onnx mobilenet.int8.onnx --calibration pictures",
        "easyquant compare model.onnx model.int7.onnx --calibration samples.npz --samples 10 --json",
    ];

    protected override int Execute(ParseResult parsed, Session session)
    {
        Model reference = ModelFile.Read(parsed.GetRequiredValue(_float)).Model;
        Model quantized = ModelFile.Read(parsed.GetRequiredValue(_quantized)).Model;
        PreprocessChoice preprocess = PreprocessChoice.Of(parsed.GetValue(_preprocess), reference, quantized);
        SubsetSource samples = DrawnSamples.Open(
            new SampleRequest(preprocess, parsed.GetRequiredValue(_calibration), reference, Labels: null, parsed.GetValue(_samples), parsed.GetValue(_seed)),
            FeedbackOption.Resolve(parsed.GetRequiredValue(_feedback), reference.Graph, parsed.GetRequiredValue(_float)), all: false, parsed.GetValue(_threads), session).Drawn;

        // The form that quantization starts from: there the values have the names that the quantized model keeps.
        Model prepared = ModelPreparation.Prepare(reference);
        IReadOnlyList<LayerError> layers = session.Progress.Show(progress => LayerwiseComparison.Run(
            prepared, quantized, samples, parsed.GetValue(_threads), new EvaluationReporter("comparing", progress), session.CancellationToken));
        CompareRow[] rows = [.. layers.Select(l => new CompareRow(l.Name, l.OpType, l.Index, l.Error.Cosine, l.Error.SqnrDb))];
        session.WriteResult(new CompareResult(samples.Count, rows), console => Write(rows, samples.Count, console));
        return ExitCode.Done;
    }

    private static void Write(CompareRow[] rows, int samples, IAnsiConsole console)
    {
        Table table = Tables.Create("layer", "op", ">place", ">cosine", ">SQNR dB");
        foreach (CompareRow row in rows)
        {
            table.AddText(row.Layer, row.Op, $"{row.Index + 1}", Numbers.Cosine(row.Cosine), Numbers.Decibels(row.SqnrDb));
        }

        console.Write(table);
        console.WriteLine($"On {samples} samples, worst first; a layer's error contains that of the layers before it (place: the order of computation).");
    }

    private sealed record CompareResult(int Samples, IReadOnlyList<CompareRow> Rows);

    private sealed record CompareRow(string Layer, string Op, int Index, double Cosine, double SqnrDb);
}
