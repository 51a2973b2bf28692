using System.CommandLine;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Running;
using EasyQuant.Cli.Samples;
using EasyQuant.Cli.Terminal;
using EasyQuant.Data;
using EasyQuant.Data.Arrays;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Recurrence;
using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using Spectre.Console;

namespace EasyQuant.Cli.Commands;

/// <summary><c>easyquant run</c>: computes a model's outputs for given inputs.</summary>
internal sealed class RunCommand : CliCommand
{
    private readonly Argument<string> _model = ModelArguments.One();
    private readonly Option<string[]> _input = new("--input", "-i")
    {
        Description = "An input: a picture, .npy or .pb, with the input's name where there are several; or an .npz with all of them.",
        HelpName = "NAME=FILE|FILE",
        Required = true,
    };

    private readonly Option<string?> _output = new("--output", "-o") { Description = "Folder for the outputs, one .npy each.", HelpName = "DIR" };
    private readonly Option<string?> _preprocess = SampleOptions.Preprocess();
    private readonly Option<string[]> _feedback = FeedbackOption.Create();
    private readonly Option<Engine?> _engine = EngineOption.Create();
    private readonly Option<int> _threads = CommonOptions.Threads(Environment.ProcessorCount);

    public RunCommand(CommandEnvironment environment)
        : base("run", "Run a model on given inputs.", environment)
    {
        Add(_model);
        Option[] options = [_input, _output, _preprocess, _feedback, _engine, _threads, CommonOptions.Json];
        Array.ForEach(options, Add);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "easyquant run mobilenet.int8.onnx --input cat.jpg --engine integer",
        "easyquant run mobilenet.eqm --input cat.jpg",
        "easyquant run model.onnx --input x=x.npy --input mask=mask.npy --output results",
        "easyquant run speech.int8.onnx --input recording.npz --feedback h_out=h_in --output results",
    ];

    protected override int Execute(ParseResult parsed, Session session)
    {
        OutputFolder? folder = parsed.GetValue(_output) is { } path ? OutputFolder.Prepare(path) : null;
        ModelFile file = ModelFile.Read(parsed.GetRequiredValue(_model));
        Model model = file.Model;
        PreprocessChoice preprocess = PreprocessChoice.Of(parsed.GetValue(_preprocess), model);
        FeedbackLinks? feedback = FeedbackOption.Resolve(parsed.GetRequiredValue(_feedback), model.Graph, file.Path);
        Func<IModelExecutor, IEnumerable<KeyValuePair<string, Tensor>>> run = Prepare(parsed.GetRequiredValue(_input), model, preprocess, feedback, session.CancellationToken);
        using IModelExecutor executor = Executors.Create(model, file.EngineFor(parsed.GetValue(_engine)), parsed.GetValue(_threads));
        OutputSummary[] outputs =
        [
            .. run(executor).SelectMany(o => Tensors(o.Key, o.Value))
                .Select(o => OutputSummary.Of(o.Name, o.Tensor, Write(o.Name, o.Tensor, folder))),
        ];
        session.WriteResult(new RunResult(outputs), console =>
        {
            foreach (OutputSummary output in outputs)
            {
                output.Write(console);
            }
        });
        return ExitCode.Done;
    }

    // Reads the inputs, so that what is wrong with them is said before the model is made ready.
    private static Func<IModelExecutor, IEnumerable<KeyValuePair<string, Tensor>>> Prepare(
        IReadOnlyList<string> given, Model model, PreprocessChoice preprocess, FeedbackLinks? feedback, CancellationToken cancellationToken)
    {
        if (feedback is null)
        {
            IReadOnlyDictionary<string, Tensor> inputs = InputFiles.Read(given, model, preprocess);
            return executor => Run(executor, inputs, cancellationToken);
        }

        ISampleSource steps = InputFiles.ReadSequence(given, model, preprocess, feedback);
        return executor => SequenceRun.Run(executor, feedback, steps, cancellationToken);
    }

    private static IReadOnlyDictionary<string, Tensor> Run(IModelExecutor executor, IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancellationToken)
    {
        try
        {
            return executor.Run(inputs, cancellationToken);
        }
        catch (ArgumentException error)
        {
            throw new InvalidSampleException(error.Message, error);
        }
    }

    // Each tensor of a sequence is an output of its own; an optional without a value is none.
    private static IEnumerable<(string Name, Tensor Tensor)> Tensors(string name, Tensor value) =>
        value == Tensor.Absent ? []
        : value.Elements is { } elements ? elements.SelectMany((e, i) => Tensors($"{name}.{i}", e))
        : [(name, value)];

    private static string? Write(string name, Tensor tensor, OutputFolder? folder)
    {
        if (folder is null)
        {
            return null;
        }

        // Names of values may hold what file names may not.
        string file = folder[string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')) + ".npy"];
        NpyFile.Write(file, tensor);
        return file;
    }

    private sealed record RunResult(IReadOnlyList<OutputSummary> Outputs);
}
