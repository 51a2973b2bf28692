using System.Diagnostics;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Runtime.Inference;
using EasyQuant.Runtime.Inference.Execution;
using EasyQuant.Runtime.Inference.Lowering;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Benchmarks.Integer.Layers;

/// <summary>Runs a network step by step, again and again, and times every step where it stands: with the caches as its neighbours leave them.</summary>
internal static class LayerProfile
{
    /// <summary>The times of all steps in order.</summary>
    /// <param name="model">The quantized model.</param>
    /// <param name="input">Its input.</param>
    /// <param name="isa">The level of instructions; null takes the fastest.</param>
    /// <param name="threads">Threads of the run.</param>
    /// <param name="time">For how long.</param>
    public static IReadOnlyList<LayerTime> Measure(Model model, Tensor input, string? isa, int threads, TimeSpan time)
    {
        IntegerNetwork network = NetworkLowering.Lower(model, new Dictionary<string, Shape> { [model.Graph.RequiredInputs.Single().Name] = input.Shape });
        using WorkerPool workers = new(threads);
        using PlanCache cache = new(1, _ => new NetworkPlan(network, new KernelSet(isa, WinogradUse.Auto, workers.Threads)), workers);
        RunState state = cache.Rent([input.Shape]);
        state.Floats[state.Plan.InputSlots[0]] = input;
        (PlannedStep Step, NetworkStep Origin)[] steps = [.. state.Plan.Steps.Where(s => s.Step is not PlannedInPlace)];
        List<double>[] times = [.. steps.Select(_ => new List<double>())];
        RunTimes.WarmUp(() => Array.ForEach(steps, s => s.Step.Run(state)), TimeSpan.FromSeconds(Math.Min(0.5, time.TotalSeconds)));
        long start = Stopwatch.GetTimestamp();
        do
        {
            long before = Stopwatch.GetTimestamp();
            for (int i = 0; i < steps.Length; i++)
            {
                steps[i].Step.Run(state);
                long after = Stopwatch.GetTimestamp();
                times[i].Add((after - before) * 1e6 / Stopwatch.Frequency);
                before = after;
            }
        }
        while (Stopwatch.GetElapsedTime(start) < time);

        cache.Return(state);
        return [.. steps.Zip(times, (s, t) => Describe(s.Step, s.Origin, t))];
    }

    private static LayerTime Describe(PlannedStep step, NetworkStep origin, List<double> times)
    {
        Shape? extents = origin switch
        {
            { IntegerOutput: { } output } => output.Shape,
            ConvolutionStep { FloatOutput: { } output } => output.Shape?.ToStatic(),
            GlobalAverageStep { Output: null } mean => mean.FloatShape,
            DequantizeStep { Output: var output } => output.Shape?.ToStatic(),
            FloatStep { Node: var node } => node.Outputs[0]?.Shape?.ToStatic(),
            _ => null,
        };

        // A result that is put in the order of the graph, and a border, belong to their convolution but are no products.
        long macs = origin is ConvolutionStep convolution && step is PlannedConvolution or PlannedDepthwise or PlannedWinograd ? convolution.Macs : 0;
        times.Sort();
        return new LayerTime(origin.Label, KindOf(step, origin), extents is { } e ? e.ToString() : "?", macs, times[0], times[times.Count / 2]);
    }

    private static string KindOf(PlannedStep step, NetworkStep origin) => step switch
    {
        PlannedConvolution when origin is ConvolutionStep { Window: var w } =>
            w is { KernelHeight: 1, KernelWidth: 1 } ? "1x1" : $"{w.KernelHeight}x{w.KernelWidth}{(w.StrideX > 1 ? $"/{w.StrideX}" : "")}",
        PlannedFloat => "float",
        _ => step.GetType().Name.Replace("Planned", "", StringComparison.Ordinal).ToLowerInvariant(),
    };
}
