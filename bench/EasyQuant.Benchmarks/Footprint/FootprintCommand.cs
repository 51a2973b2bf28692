using System.CommandLine;
using System.Text.Json;
using EasyQuant.Benchmarks.Integer;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.OnnxRuntimePeer;
using EasyQuant.Runtime.Prepared;
using EasyQuant.Testing;

namespace EasyQuant.Benchmarks.Footprint;

/// <summary><c>footprint</c>: time to the first result, memory, and what has to be shipped, here and in ONNX Runtime.</summary>
internal sealed class FootprintCommand : Command
{
    /// <summary>The input of the networks that can be measured.</summary>
    public const string InputName = "image";

    /// <summary>Their output.</summary>
    public const string OutputName = "logits";

    private readonly Option<string> _model = new("--model") { Description = "Which network.", DefaultValueFactory = _ => "resnet50" };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads of a run.", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _processes = new("--processes") { Description = "How many processes each contestant gets; medians are shown.", DefaultValueFactory = _ => 5 };

    public FootprintCommand()
        : base("footprint", "Measure load time, memory and library size of our engine and ONNX Runtime, each in processes of its own.")
    {
        _model.AcceptOnlyFromAmong("mobilenetv1", "mobilenetv2", "resnet18", "resnet50", "vgg16");
        Option[] options = [_model, _threads, _processes];
        Array.ForEach(options, Add);
        SetAction(Run);
    }

    private void Run(ParseResult parsed)
    {
        TimedNetwork network = TimedNetwork.All.Single(n => n.Key == parsed.GetRequiredValue(_model));
        using TemporaryFolder folder = new();
        (string onnx, string prepared) = Write(network, folder.Path);
        IReadOnlyList<Contestant> contestants = Contestant.All(prepared, onnx);
        List<Footprint>[] seen = [.. contestants.Select(_ => new List<Footprint>())];
        for (int round = 0; round < parsed.GetValue(_processes); round++)
        {
            for (int i = 0; i < contestants.Count; i++)
            {
                Console.Error.WriteLine($"{network.Name}: {contestants[i].Name}, process {round + 1}");
                seen[i].Add(Probe(contestants[i], parsed.GetValue(_threads)));
            }
        }

        Console.WriteLine(TableOf(contestants, seen));
        Console.WriteLine(
            $"{network.Name}, int8, batch 1, {parsed.GetValue(_threads)} threads; medians of {parsed.GetValue(_processes)} processes each, in turns. Memory: what the process grew by "
            + "from before loading until after the runs, and at most; libraries: of the engine, as they lie on the disk, uncompressed.");
        Console.WriteLine($"Machine: {Machine.Description}; ONNX Runtime {(OrtLibrary.Path is null ? "not installed" : OrtLibrary.Version)}");
    }

    private static (string Onnx, string Prepared) Write(TimedNetwork network, string folder)
    {
        Console.Error.WriteLine($"{network.Name}: quantizing");
        (string onnx, string prepared) = (Path.Combine(folder, "network.int8.onnx"), Path.Combine(folder, "network.eqm"));
        Model model = QuantizedNetwork.Of(network);
        (model.Graph.Inputs[0].Name, model.Graph.Outputs[0].Name) = (InputName, OutputName);
        OnnxModelWriter.Write(model, onnx);
        PreparedModelFile.Write(OnnxModelReader.Read(onnx), prepared);
        return (onnx, prepared);
    }

    private static Footprint Probe(Contestant contestant, int threads) =>
        JsonSerializer.Deserialize<Footprint>(ChildProcess.OutputOfThisProgram("probe", contestant.Form, contestant.Path, $"{threads}"))!;

    private static MarkdownTable TableOf(IReadOnlyList<Contestant> contestants, IReadOnlyList<List<Footprint>> seen)
    {
        MarkdownTable table = new(
            "program and form", ">load ms", ">first run ms", ">run ms", ">memory MB", ">at most MB", ">allocated a run, B", ">model MB", ">libraries MB");
        foreach ((Contestant contestant, List<Footprint> all) in contestants.Zip(seen))
        {
            table.Add(
                contestant.Name, $"{Median(all, f => f.LoadMs):0.0}", $"{Median(all, f => f.FirstRunMs):0.0}", $"{Median(all, f => f.RunMs):0.00}",
                $"{Median(all, f => f.ResidentBytes) / 1e6:0.0}", $"{Median(all, f => f.PeakBytes) / 1e6:0.0}",
                contestant.Form == Contestant.OnnxRuntime ? "-" : $"{Median(all, f => f.AllocatedPerRun):0}",
                $"{new FileInfo(contestant.Path).Length / 1e6:0.0}", $"{contestant.LibraryBytes / 1e6:0.0}");
        }

        return table;
    }

    private static double Median(List<Footprint> all, Func<Footprint, double> of) => all.Select(of).Order().ElementAt(all.Count / 2);
}
