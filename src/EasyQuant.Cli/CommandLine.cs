using System.CommandLine;
using System.CommandLine.Invocation;
using EasyQuant.Cli.Commands;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Terminal;

namespace EasyQuant.Cli;

/// <summary>The whole program: parses the arguments, runs a command, and turns what goes wrong into one line and an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Runs the program and returns its <see cref="ExitCode"/>.</summary>
    public static int Run(IReadOnlyList<string> arguments, TerminalStreams streams, CancellationToken cancellationToken = default)
    {
        RootCommand root = CreateRoot(new CommandEnvironment(streams, cancellationToken));
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Action is ParseErrorAction || UsageReport.HasUnknownOptions(parsed) || UsageReport.HasEmptyArguments(parsed))
        {
            UsageReport.Write(parsed, streams.Error);
            return ExitCode.WrongUsage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = streams.Output,
                Error = streams.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception error)
        {
            return ErrorReport.Write(error, streams, parsed.GetValue(CommonOptions.Verbose), cancellationToken);
        }
    }

    private static RootCommand CreateRoot(CommandEnvironment environment)
    {
        RootCommand root = new("Quantizes ONNX networks after training, shows what it costs layer by layer, and runs them.");
        Command[] commands =
        [
            new DemoCommand(environment),
            new InspectCommand(environment),
            new QuantizeCommand(environment),
            new CompileCommand(environment),
            new EvaluateCommand(environment),
            new CompareCommand(environment),
            new SensitivityCommand(environment),
            new RunCommand(environment),
            new BenchCommand(environment),
            new VerifyCommand(environment),
        ];
        foreach (Command command in commands)
        {
            root.Add(command);
        }

        root.Add(CommonOptions.Verbose);
        HelpWithExamples.AddTo(root);
        return root;
    }
}
