using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Quantization.Planning;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Equalization;

/// <summary>
/// Brings the channels of a tensor to like ranges, so that the one step that they share suits them all; what the network computes stays what it was, but
/// for ends of ranges that are better cut off (<see cref="ChannelSpans"/>).
/// </summary>
/// <remarks>
/// <para>Between a convolution and a function f that is applied to its output element by element, channel k is moved to 0 … 1, by the
/// convolution's weights and bias, and back: <c>f(x) = f(l + w · clip((x − l) / w, 0, 1))</c> on all of [l, l + w], the part of the channel's range
/// that is kept. So every channel has all integers of an unsigned grid between its own ends.</para>
/// <para>Behind f, where only convolutions read the result y, channels are divided by factors c that these convolutions' weights are multiplied by
/// (<see cref="ChannelFactors"/>): <c>W y = (W c) (y / c)</c>. This is cross-layer equalization (arXiv 1906.04721), which as published needs an f that
/// positive factors go through, such as Relu. Here f stands between two roundings: engines tabulate it, channel by channel, with
/// whatever is done before and behind it.</para>
/// <para>Where positive factors do go through f, the convolution in front is divided by them and no more is to be done (<see cref="HomogeneousLink"/>).</para>
/// </remarks>
internal static class ChannelEqualization
{
    /// <summary>Equalizes a prepared network in place, and says at how many layers.</summary>
    public static int Apply(Model model, QuantizationOptions options, ISampleSource samples, WorkerPool workers, CancellationToken cancellationToken)
    {
        Graph graph = model.Graph;
        IReadOnlyList<QuantizableLayer> layers = QuantizationPlanner.Plan(graph, options, []).Layers;
        ElementwiseRegion[] regions = [.. ElementwiseRegion.Find(graph, layers)];
        HomogeneousLink[] links = [.. HomogeneousLink.Find(graph, layers, regions)];
        if (regions.Length + links.Length == 0)
        {
            return 0;
        }

        HashSet<Value> tensors = [.. regions.SelectMany(r => new[] { r.Input, r.Output }), .. links.Select(l => l.Output)];
        (IReadOnlyDictionary<Value, ChannelStatistics> statistics, IReadOnlyDictionary<Value, int> channels) = ChannelStatistics.Collect(model, tensors, samples, workers, cancellationToken);
        ResultOnlyTensors results = new(graph);
        InputSpan[][] spans = ChannelSpans.Choose(model, regions, statistics, results, options.ActivationBits, samples, workers, cancellationToken);
        IReadOnlyList<ChannelReader>?[] readers = [.. regions.Select(r => ChannelReader.Of(graph, r.Output, channels))];
        for (int i = 0; i < regions.Length; i++)
        {
            EqualizeInput(graph, regions[i], spans[i], isUniform: results.Contains(regions[i].Output));
            if (readers[i] is { } convolutions)
            {
                ChannelStatistics output = statistics[regions[i].Output].Behind(spans[i], x => regions[i].Evaluate(x, model.Opset));
                EqualizeOutput(graph, regions[i], output, convolutions, options);
            }
        }

        foreach (HomogeneousLink link in links)
        {
            if (ChannelReader.Of(graph, link.Output, channels) is { } convolutions)
            {
                link.Equalize(graph, convolutions, ChannelFactors.Choose(statistics[link.Output], convolutions, options.ActivationBits, options.WeightBits));
            }
        }

        return regions.Length + links.Length;
    }

    private static void EqualizeInput(Graph graph, ElementwiseRegion region, InputSpan[] spans, bool isUniform)
    {
        Node convolution = region.Layer.Node;
        Value tensor = region.Input;
        string name = tensor.Name;
        Value unit = new(graph.UniqueName($"{name}_unit"), tensor.Type), clipped = new(graph.UniqueName($"{name}_clipped")), scaled = new(graph.UniqueName($"{name}_scaled"));
        ConvolutionScaling.ScaleOutputs(graph, convolution, spans);
        convolution.SetOutput(0, unit);
        Node clip = new("Clip", [unit, Constant($"{name}_zero", [0], true), Constant($"{name}_one", [1], true)], [clipped], $"{name}_Clip");
        Node multiply = new("Mul", [clipped, Constant($"{name}_width", [.. spans.Select(s => s.Width)], isUniform)], [scaled], $"{name}_Mul");
        Node add = new("Add", [scaled, Constant($"{name}_low", [.. spans.Select(s => s.Low)], isUniform)], [tensor], $"{name}_Add");
        graph.InsertAfter(graph.InsertAfter(graph.InsertAfter(convolution, clip), multiply), add);

        Value Constant(string stem, float[] values, bool isScalar) =>
            graph.AddConstant(graph.UniqueName(stem), isScalar ? Tensor.FromScalar(values[0]) : Tensor.From(values, [1, values.Length, 1, 1]));
    }

    private static void EqualizeOutput(Graph graph, ElementwiseRegion region, ChannelStatistics output, IReadOnlyList<ChannelReader> readers, QuantizationOptions options)
    {
        float[] factors = ChannelFactors.Choose(output, readers, options.ActivationBits, options.WeightBits);
        if (Array.TrueForAll(factors, f => f == 1))
        {
            return;
        }

        string name = region.Output.Name;
        Use[] uses = [.. region.Output.Uses];
        Value inverse = graph.AddConstant(graph.UniqueName($"{name}_inverse"), Tensor.From(Array.ConvertAll(factors, f => 1 / f), [1, factors.Length, 1, 1]));
        Value equalized = new(graph.UniqueName($"{name}_equalized"), region.Output.Type);
        graph.InsertAfter(region.Output.Producer!, new Node("Mul", [region.Output, inverse], [equalized], $"{name}_Equalize"));
        Array.ForEach(uses, u => u.Node.SetInput(u.Index, equalized));
        foreach (ChannelReader reader in readers)
        {
            ConvolutionScaling.ScaleInputs(graph, reader, factors);
        }
    }
}
