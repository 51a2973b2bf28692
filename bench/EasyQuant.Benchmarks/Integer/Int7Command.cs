using System.CommandLine;
using EasyQuant.OnnxRuntimePeer;
using EasyQuant.Runtime.Inference;
using EasyQuant.Testing;

namespace EasyQuant.Benchmarks.Integer;

/// <summary><c>int7</c>: what seven bits gain over eight on an instruction set, and how many products are added in 16 bits there.</summary>
internal sealed class Int7Command : Command
{
    private readonly Option<string[]> _models = Several.Option("--models", "Which networks.", "squeezenet", "resnet50");
    private readonly Option<string[]> _isas = Several.Option("--isas", "Which instruction sets, as EASYQUANT_ISA names them.", "avx512vnni", "avx512bw", "avx2");
    private readonly Option<int> _threads = new("--threads") { Description = "Threads of each session.", DefaultValueFactory = _ => 1 };
    private readonly Option<double> _seconds = new("--seconds") { Description = "Time for each network.", DefaultValueFactory = _ => 10 };
    private readonly Option<WinogradUse> _winograd = new("--winograd") { Description = "Whether 3 x 3 convolutions may be computed by Winograd's method.", DefaultValueFactory = _ => WinogradUse.Auto };

    public Int7Command()
        : base("int7", "Time networks at 7 and 8 bits on chosen instruction sets, in turns with ONNX Runtime at 8 bits.")
    {
        _models.AcceptOnlyFromAmong([.. TimedNetwork.All.Select(n => n.Key)]);
        Option[] options = [_models, _isas, _threads, _seconds, _winograd];
        Array.ForEach(options, Add);
        SetAction(Run);
    }

    private void Run(ParseResult parsed)
    {
        TimeSpan time = TimeSpan.FromSeconds(parsed.GetValue(_seconds));
        MarkdownTable times = new("network", "instructions", ">threads", ">ORT u8s8", ">INT8", ">INT7", ">INT8/INT7", ">INT8/ORT", ">INT7/ORT");
        MarkdownTable periods = new("network", "instructions", "bits", "products by groups added in 16 bits");
        foreach (TimedNetwork network in TimedNetwork.All.Where(n => parsed.GetRequiredValue(_models).Contains(n.Key)))
        {
            Console.Error.WriteLine(network.Name);
            using TemporaryFolder folder = new();
            Int7Contest contest = new(network, folder.Path);
            foreach (Int7Row row in contest.Run(parsed.GetRequiredValue(_isas), parsed.GetValue(_threads), parsed.GetValue(_winograd), time))
            {
                times.Add(
                    row.Network, row.Isa, $"{row.Threads}", $"{row.OrtInteger}", $"{row.Int8}", $"{row.Int7}", $"{row.Int8.Median / row.Int7.Median:0.00}",
                    $"{row.Int8.Median / row.OrtInteger.Median:0.00}", $"{row.Int7.Median / row.OrtInteger.Median:0.00}");
                periods.Add(row.Network, row.Isa, "8", Shares(row.Periods8));
                periods.Add(row.Network, row.Isa, "7", Shares(row.Periods7));
            }
        }

        Console.WriteLine(times);
        Console.WriteLine(Contestant.Explain(time, "all"));
        Console.WriteLine($"Machine: {Machine.Description}; ONNX Runtime {OrtLibrary.Version}");
        Console.WriteLine();
        Console.WriteLine(periods);
    }

    private static string Shares(IReadOnlyDictionary<int, long> products)
    {
        double all = products.Values.Sum();
        return string.Join(", ", products.OrderBy(p => p.Key).Select(p => $"{p.Key}: {p.Value / all:0.0 %}"));
    }
}
