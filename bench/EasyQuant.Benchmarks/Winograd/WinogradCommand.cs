using System.CommandLine;
using System.Diagnostics;
using EasyQuant.Benchmarks.Integer;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Quantization;
using EasyQuant.Runtime.Inference;
using EasyQuant.Runtime.Inference.Execution;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Benchmarks.Winograd;

/// <summary><c>winograd</c>: 3 × 3 convolutions directly and by Winograd's method, layer by layer, and which of them is chosen.</summary>
internal sealed class WinogradCommand : Command
{
    private readonly Option<string[]> _models = Several.Option("--models", "Which networks.", "vgg16", "resnet18", "resnet50", "squeezenet");
    private readonly Option<int> _bits = new("--bits") { Description = "Bits of weights and activations.", DefaultValueFactory = _ => 8 };
    private readonly Option<int> _threads = new("--threads") { Description = "Number of threads.", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> _isa = new("--isa") { Description = "The level of instructions, as EASYQUANT_ISA names it." };
    private readonly Option<double> _seconds = new("--seconds") { Description = "Time for each network.", DefaultValueFactory = _ => 5 };

    public WinogradCommand()
        : base("winograd", "Time 3 x 3 convolutions directly and by Winograd's method, in runs of whole networks that take turns.")
    {
        _models.AcceptOnlyFromAmong([.. TimedNetwork.All.Select(n => n.Key)]);
        Option[] options = [_models, _bits, _threads, _isa, _seconds];
        Array.ForEach(options, Add);
        SetAction(Run);
    }

    private void Run(ParseResult parsed)
    {
        TimeSpan time = TimeSpan.FromSeconds(parsed.GetValue(_seconds));
        MarkdownTable networks = new("network", ">planned in ms", ">all direct ms", ">as chosen ms", ">ratio", ">all Winograd ms");
        MarkdownTable layers = new("network", "layer", "input", ">channels", ">direct ms", ">Winograd ms", ">ratio", "chosen");
        using WorkerPool workers = new(parsed.GetValue(_threads));
        foreach (TimedNetwork network in TimedNetwork.All.Where(n => parsed.GetRequiredValue(_models).Contains(n.Key)))
        {
            Console.Error.WriteLine(network.Name);
            Measure(network, parsed.GetValue(_bits), parsed.GetValue(_isa), workers, time, networks, layers);
        }

        Console.WriteLine(layers);
        Console.WriteLine(networks);
        Console.WriteLine($"Medians of runs that take turns in one process for {time.TotalSeconds:0.#} s a network; {workers.Threads} threads, {parsed.GetValue(_bits)} bits, level {parsed.GetValue(_isa) ?? "as found"}.");
        Console.WriteLine($"Machine: {Machine.Description}");
    }

    private static void Measure(TimedNetwork timed, int bits, string? isa, WorkerPool workers, TimeSpan time, MarkdownTable networks, MarkdownTable layers)
    {
        Model built = timed.Build();
        NoiseSamples samples = new(built, 1);
        Model model = PostTrainingQuantizer.Run(
            built, samples, new QuantizationOptions { Method = QuantizationMethod.MinMax, WeightBits = bits, ActivationBits = bits }).Model;
        (string name, Tensor input) = samples.Read(0).Inputs.Single();
        using InferenceSession session = new(model, new SessionOptions { Threads = 1, Isa = isa, Winograd = WinogradUse.Never });
        IntegerNetwork network = session.NetworkFor(new Dictionary<string, Shape> { [name] = input.Shape });

        using StepTimes direct = new(network, input, isa, WinogradUse.Never, workers);
        using StepTimes chosen = new(network, input, isa, WinogradUse.Auto, workers);
        using StepTimes winograd = new(network, input, isa, WinogradUse.Always, workers);
        StepTimes[] all = [direct, chosen, winograd];
        Array.ForEach(all, t => t.Run(isTimed: false));
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < time;)
        {
            Array.ForEach(all, t => t.Run(isTimed: true));
        }

        foreach ((int index, NetworkStep step) in network.Steps.Index())
        {
            if (step is not ConvolutionStep layer || !PlannedWinograd.Suits(layer))
            {
                continue;
            }

            // What is added to the result may be added at once.
            int[] steps = [index, .. network.Steps.Index().Where(s => s.Item is AddStep add && layer.Output is { } output && (add.Left == output || add.Right == output)).Select(s => s.Index)];
            (double directTime, double winogradTime) = (direct.MedianOf(steps), winograd.MedianOf(steps));
            Shape shape = layer.Input.Shape;
            layers.Add(
                timed.Name, layer.Label, $"{shape[2]} × {shape[3]}", $"{shape[1]} → {layer.Weights.Channels}", $"{directTime:0.000}", $"{winogradTime:0.000}",
                $"{winogradTime / directTime:0.00}", chosen.IsWinograd(index) ? "Winograd" : "direct");
        }

        networks.Add(
            timed.Name, $"{chosen.PlanMilliseconds:0}", $"{direct.Median:0.00}", $"{chosen.Median:0.00}", $"{chosen.Median / direct.Median:0.00}", $"{winograd.Median:0.00}");
    }
}
