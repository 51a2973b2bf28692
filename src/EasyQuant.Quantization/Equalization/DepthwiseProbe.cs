using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Equalization;

/// <summary>
/// Where the result of a function is read by a depthwise convolution alone, and that one's result by a function again: how far each channel's range may
/// be cut, measured behind both.
/// </summary>
/// <remarks>
/// What is large in a channel may say no more than "no", where the convolution takes it far below zero and x · sigmoid(x) is flat there; or it may be what another of the convolution's
/// weights takes away again, and then cutting it off does harm. Neither shows in the channel's own error. A depthwise convolution
/// keeps channels apart, so that every one of them can be measured on its own in the same run.
/// </remarks>
/// <param name="Region">The function whose input's ranges are sought.</param>
/// <param name="Reader">The depthwise convolution and the function behind it.</param>
internal sealed record DepthwiseProbe(ElementwiseRegion Region, ElementwiseRegion Reader)
{
    // Lengths of the span that are tried, in halves of a power of two below the whole: down to 1/64.
    private const int Candidates = 13;

    // Of the samples; what is found out hardly changes with more.
    private const int MostSamples = 32;

    /// <summary>The probe of a region, where it has such a reader.</summary>
    public static DepthwiseProbe? Of(ElementwiseRegion region, IReadOnlyDictionary<Node, ElementwiseRegion> byConvolution) =>
        region.Output.Uses is [{ Index: 0 } use] && byConvolution.TryGetValue(use.Node, out ElementwiseRegion? reader)
        && reader.Layer.ChannelsPerGroup == 1 && reader.Layer.Groups > 1 && reader.Layer.Weight.Shape[1] == 1
            ? new DepthwiseProbe(region, reader)
            : null;

    /// <summary>The spans of least squared error behind the readers' functions.</summary>
    /// <param name="model">The float network.</param>
    /// <param name="probes">What is looked at, with the widest span of each channel.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="bits">Bits of activations.</param>
    /// <param name="workers">The threads to use; the result does not depend on their number.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static IReadOnlyDictionary<ElementwiseRegion, InputSpan[]> Measure(
        Model model, IReadOnlyDictionary<DepthwiseProbe, InputSpan[]> probes, ISampleSource samples, int bits, WorkerPool workers, CancellationToken cancellationToken)
    {
        if (probes.Count == 0)
        {
            return new Dictionary<ElementwiseRegion, InputSpan[]>();
        }

        Dictionary<Value, DepthwiseProbe> byInput = probes.Keys.ToDictionary(p => p.Region.Input);
        using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1 });
        Dictionary<DepthwiseProbe, double[,]>[] errors = new Dictionary<DepthwiseProbe, double[,]>[Math.Min(samples.Count, MostSamples)];
        workers.For(errors.Length, sample =>
        {
            Dictionary<DepthwiseProbe, double[,]> own = errors[sample] = [];
            executor.Run(samples.Read(sample).Inputs, (value, tensor) =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (byInput.TryGetValue(value, out DepthwiseProbe? probe))
                {
                    own[probe] = probe.Errors(tensor, probes[probe], bits, model.Opset);
                }
            }, cancellationToken);
        });

        return probes.ToDictionary(p => p.Key.Region, p => (InputSpan[])[.. p.Value.Select((whole, channel) =>
            Shortened(whole, Enumerable.Range(0, Candidates).MinBy(c => errors.Sum(e => e[p.Key][c, channel]))))]);
    }

    private static InputSpan Shortened(InputSpan whole, int candidate) => whole with { Width = whole.Width * MathF.Pow(2, -candidate / 2f) };

    // For each candidate and channel the squared error behind the reader's function.
    private double[,] Errors(Tensor x, InputSpan[] whole, int bits, int opset)
    {
        float[] exact = Reader.Apply(Convolve(Region.Apply(x, opset), opset), opset).AsSpan<float>().ToArray();
        double[,] errors = new double[Candidates, whole.Length];
        for (int candidate = 0; candidate < Candidates; candidate++)
        {
            InputSpan[] spans = [.. whole.Select(s => Shortened(s, candidate))];
            Tensor result = RoundedResult(RoundedInput(x, spans, bits), spans.Length, bits, opset);
            ReadOnlySpan<float> actual = result.AsSpan<float>();
            int places = result.Shape.Product(2, 4);
            for (int i = 0; i < exact.Length; i++)
            {
                double difference = actual[i] - exact[i];
                errors[candidate, i / places % whole.Length] += difference * difference;
            }
        }

        return errors;
    }

    private static Tensor RoundedInput(Tensor x, InputSpan[] spans, int bits)
    {
        float steps = (1 << bits) - 1;
        float[] rounded = x.AsSpan<float>().ToArray();
        int places = x.Shape.Product(2, 4);
        for (int i = 0; i < rounded.Length; i++)
        {
            (float low, float width) = spans[i / places % spans.Length];
            rounded[i] = MathF.Round(Math.Clamp((rounded[i] - low) / width, 0, 1) * steps) / steps * width + low;
        }

        return Tensor.From(rounded, x.Shape);
    }

    private Tensor RoundedResult(Tensor x, int channels, int bits, int opset)
    {
        Tensor y = Region.Apply(x, opset);
        float[] rounded = y.AsSpan<float>().ToArray();
        int places = y.Shape.Product(2, 4);
        for (int row = 0; row < rounded.Length / places; row++)
        {
            Span<float> values = rounded.AsSpan(row * places, places);
            (float least, float largest) = (0, 0);
            foreach (float value in values)
            {
                (least, largest) = (MathF.Min(least, value), MathF.Max(largest, value));
            }

            float step = MathF.Max((largest - least) / ((1 << bits) - 1), float.Epsilon);
            foreach (ref float value in values)
            {
                value = MathF.Round(value / step) * step;
            }
        }

        return Reader.Apply(Convolve(Tensor.From(rounded, y.Shape), opset), opset);
    }

    private Tensor Convolve(Tensor y, int opset) =>
        PlanStep.Once(Reader.Layer.Node, opset, [y, .. Reader.Layer.Node.Inputs.Skip(1).Select(i => i?.Constant)])[0]!;
}
