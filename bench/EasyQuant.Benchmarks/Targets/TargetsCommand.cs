using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Testing;

namespace EasyQuant.Benchmarks.Targets;

/// <summary><c>targets</c>: what <c>easyquant quantize --target-drop</c> finds for several networks, and how long it takes.</summary>
internal sealed class TargetsCommand : Command
{
    private readonly Option<string[]> _models = Several.Option("--models", "Which networks.", [.. BenchmarkNetwork.All.Select(n => n.Key)]);
    private readonly Option<double> _drop = new("--target-drop") { Description = "Points of top-1 that may be lost.", DefaultValueFactory = _ => 0.2 };
    private readonly Option<string[]> _others = new("--with") { Description = "Further options of quantize, without their dashes: \"minimize latency\".", AllowMultipleArgumentsPerToken = true };

    public TargetsCommand()
        : base("targets", "Run the command line's search for a stated loss.")
    {
        _models.AcceptOnlyFromAmong([.. BenchmarkNetwork.All.Select(n => n.Key)]);
        Option[] options = [_models, _drop, _others];
        Array.ForEach(options, Add);
        SetAction(Run);
    }

    private void Run(ParseResult parsed)
    {
        MarkdownTable table = new("network", ">mean bits", ">top-1 loses", ">95 % interval", "reached", ">networks tried", ">time s", ">float ms", ">quantized ms");
        using TemporaryFolder folder = new();
        foreach (BenchmarkNetwork network in BenchmarkNetwork.All.Where(n => parsed.GetRequiredValue(_models).Contains(n.Key)))
        {
            Console.Error.WriteLine(network.Name);
            Search(network, folder.Path, parsed, table);
        }

        Console.WriteLine(table);
        Console.WriteLine($"Machine: {Machine.Description}");
    }

    private void Search(BenchmarkNetwork network, string folder, ParseResult parsed, MarkdownTable table)
    {
        string pictures = BenchmarkNetwork.AssetPath("images", network.Pictures);
        List<string> arguments =
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "easyquant.dll"), "quantize", network.ModelPath, "-o", Path.Combine(folder, $"{network.Key}.onnx"),
            "--calibration", pictures, "--preprocess", PreprocessJson.ToText(network.Preprocess), "--target-drop", parsed.GetValue(_drop).ToString(CultureInfo.InvariantCulture), "--json",
            .. network.Labels is { } labels ? (string[])["--labels", Path.Combine(pictures, labels)] : [],
            .. (parsed.GetValue(_others) ?? []).SelectMany(text => text.Split(' ').Select((word, w) => w == 0 ? $"--{word}" : word)),
        ];
        long start = Stopwatch.GetTimestamp();
        const int done = 0, missed = 4;
        (int exitCode, string printed) = ChildProcess.Run("dotnet", arguments, done, missed);
        JsonElement target = JsonDocument.Parse(printed).RootElement.GetProperty("target");
        double Number(string name) => target.GetProperty(name).GetDouble();
        double drop = Number("drop");
        table.Add(
            network.Name, $"{Number("meanBits"):0.00}", $"{drop:0.00}", $"{Number("low"):0.00} to {Number("high"):0.00}", exitCode == done ? "yes" : "**no**",
            $"{target.GetProperty("trials").GetArrayLength()}", $"{Stopwatch.GetElapsedTime(start).TotalSeconds:0}", $"{Number("floatMs"):0.00}", $"{Number("quantizedMs"):0.00}");
    }
}
