using System.CommandLine;
using EasyQuant.OnnxRuntimePeer;

namespace EasyQuant.Benchmarks.LargeModels;

/// <summary><c>largemodel</c>: writes a model of more than 2 GB, and measures the time and memory that each command takes for it.</summary>
internal sealed class LargeModelCommand : Command
{
    private readonly Option<string> _output = new("--output") { Description = "The folder for the files; some 6 times as large as the model in all.", HelpName = "DIR", Required = true };
    private readonly Option<double> _gigabytes = new("--gigabytes") { Description = "10^9 bytes of weights.", DefaultValueFactory = _ => 3 };
    private readonly Option<int> _samples = new("--samples") { Description = "How many calibration samples.", DefaultValueFactory = _ => 4 };
    private readonly Option<string?> _program = new("--easyquant") { Description = "The easyquant program to measure; without it only the files are written.", HelpName = "PATH" };
    private readonly Option<string[]> _methods = Several.Option("--methods", "Methods of quantization to measure.", "minmax", "kl", "eq");

    public LargeModelCommand()
        : base("largemodel", "Write a network of more than 2 GB, layer by layer, and measure what time and memory the commands take for it.")
    {
        Option[] options = [_output, _gigabytes, _samples, _program, _methods];
        Array.ForEach(options, Add);
        SetAction(Run);
    }

    private void Run(ParseResult parsed)
    {
        LargeModelFiles files = new(parsed.GetRequiredValue(_output));
        if (!File.Exists(files.Model))
        {
            files.Write(parsed.GetValue(_gigabytes), parsed.GetValue(_samples));
        }

        if (parsed.GetValue(_program) is not { } program)
        {
            return;
        }

        MarkdownTable table = new("command", ">s", ">anonymous GB", ">mapped GB", ">resident GB");
        foreach (string[] arguments in Commands(files, parsed.GetRequiredValue(_methods)))
        {
            MeasuredProcess process = MeasuredProcess.Run(program, arguments);
            string command = $"{string.Join(' ', arguments.Select(Path.GetFileName))}{(process.ExitCode == 0 ? "" : $" (ended with {process.ExitCode})")}";
            table.Add(command, $"{process.Seconds:0}", $"{process.PeakAnonymous / 1e9:0.00}", $"{process.PeakFile / 1e9:0.00}", $"{process.PeakResident / 1e9:0.00}");
            Console.Error.WriteLine($"{command}: {process}");
        }

        Console.WriteLine(table);
        Console.WriteLine($"Peaks of each process: anonymous memory, mapped files, both. Machine: {Machine.Description}");
        if (OrtLibrary.Path is not null)
        {
            Console.WriteLine(LargeModelJudge.Compare(files, parsed.GetRequiredValue(_methods)));
        }
    }

    private static IEnumerable<string[]> Commands(LargeModelFiles files, string[] methods)
    {
        yield return ["inspect", files.Model];
        yield return ["run", files.Model, "--input", $"x={files.Sample}", "--output", files["float"]];
        foreach (string method in methods)
        {
            yield return ["quantize", files.Model, "-o", files.Quantized(method), "--calibration", files.Samples, "--method", method];
        }

        string quantized = files.Quantized(methods[^1]);
        yield return ["inspect", quantized];
        yield return ["run", quantized, "--input", $"x={files.Sample}", "--output", files["integer"], "--engine", "integer"];
        yield return ["evaluate", files.Model, quantized, "--data", files.Samples, "--engine", "float"];
        yield return ["evaluate", files.Model, quantized, "--data", files.Samples, "--engine", "integer"];
        yield return ["compare", files.Model, quantized, "--calibration", files.Samples, "--samples", "2"];
        yield return ["compile", quantized, "-o", files["large.eqm"]];
        yield return ["run", files["large.eqm"], "--input", $"x={files.Sample}", "--output", files["prepared"]];
    }
}
