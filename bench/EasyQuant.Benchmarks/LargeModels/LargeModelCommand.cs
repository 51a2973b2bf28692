using System.CommandLine;

namespace EasyQuant.Benchmarks.LargeModels;

/// <summary><c>largemodel</c>: writes a model of more than 2 GB, and measures the memory that each command takes for it.</summary>
internal sealed class LargeModelCommand : Command
{
    private readonly Option<string> _output = new("--output") { Description = "The folder for the files.", HelpName = "DIR", Required = true };
    private readonly Option<double> _gigabytes = new("--gigabytes") { Description = "10^9 bytes of weights.", DefaultValueFactory = _ => 3 };
    private readonly Option<int> _samples = new("--samples") { Description = "How many calibration samples to write.", DefaultValueFactory = _ => 8 };

    public LargeModelCommand()
        : base("largemodel", "Write a network of more than 2 GB, layer by layer, and measure what memory the commands take for it.")
    {
        Option[] options = [_output, _gigabytes, _samples];
        Array.ForEach(options, Add);
        SetAction(Run);
    }

    private void Run(ParseResult parsed)
    {
        LargeModelFiles files = new(parsed.GetRequiredValue(_output));
        files.Write(parsed.GetValue(_gigabytes), parsed.GetValue(_samples));
    }
}
