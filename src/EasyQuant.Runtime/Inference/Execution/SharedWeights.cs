using System.Collections.Concurrent;
using EasyQuant.Runtime.Inference.Network;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Packed weights of all plans of a session: where kernels want which weight does not depend on the extents of the inputs.</summary>
/// <remarks>They live as long as the session, so that a plan that is made anew finds them, and as long as any of its plans.</remarks>
internal sealed class SharedWeights
{
    // Whoever makes them is the first.
    private int _holders = 1;

    private readonly ConcurrentDictionary<PackingKey, Lazy<Packing>> _packings = new();
    private readonly ConcurrentDictionary<string, LayerWeights> _layers = new(StringComparer.Ordinal);

    /// <summary>Bytes of packed weights.</summary>
    public long ByteLength => _packings.Values.Sum(p => p.Value.Memory.ByteLength);

    /// <summary>The network with the weights that an earlier one of the same model had, so that each layer's are in memory once.</summary>
    public IntegerNetwork Unify(IntegerNetwork network) => network with { Steps = [.. network.Steps.Select(s => s is ConvolutionStep layer ? Unify(layer) : s)] };

    /// <summary>A layer's weights as <paramref name="pack"/> arranges them, by an earlier plan where there was one.</summary>
    /// <typeparam name="T">What they are arranged for.</typeparam>
    /// <param name="step">The layer.</param>
    /// <param name="inputChannels">The channels of its input.</param>
    /// <param name="pack">Arranges them, in the memory that it is given.</param>
    /// <param name="bytes">The memory that they take.</param>
    public T Get<T>(ConvolutionStep step, int inputChannels, Func<PlanMemory, T> pack, out long bytes)
        where T : class
    {
        QuantizedTensor input = step.Input;
        PackingKey key = new(
            typeof(T), step.Weights, step.Window.KernelHeight, step.Window.KernelWidth, inputChannels, input.Scale, input.ZeroPoint, input.Minimum, input.Maximum, step.Output?.Scale);
        Packing packing = _packings.GetOrAdd(key, _ => new Lazy<Packing>(() => Packing.Make(pack))).Value;
        bytes = packing.Memory.ByteLength;
        return (T)packing.Packed;
    }

    /// <summary>One more plan uses them.</summary>
    public void Hold() => Interlocked.Increment(ref _holders);

    /// <summary>One plan fewer, or the session; the last frees them.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
        {
            return;
        }

        foreach (Lazy<Packing> packing in _packings.Values.Where(p => p.IsValueCreated))
        {
            packing.Value.Memory.Dispose();
        }

        _packings.Clear();
    }

    // Layers that share a name, and the same layer with other extents folded into it, keep their own.
    private ConvolutionStep Unify(ConvolutionStep step)
    {
        LayerWeights known = _layers.GetOrAdd(step.Label, step.Weights), own = step.Weights;
        bool same = known.Groups == own.Groups && known.Rows.AsSpan().SequenceEqual(own.Rows) && known.Scales.AsSpan().SequenceEqual(own.Scales) && known.Bias.AsSpan().SequenceEqual(own.Bias);
        return same ? step with { Weights = known } : step;
    }

    /// <summary>All that a packing depends on; weights are the same where they are the same arrays.</summary>
    private readonly record struct PackingKey(
        Type Form, LayerWeights Weights, int KernelHeight, int KernelWidth, int InputChannels, float InputScale, int ZeroPoint, int Minimum, int Maximum, float? OutputScale);

    private sealed record Packing(object Packed, PlanMemory Memory)
    {
        public static Packing Make<T>(Func<PlanMemory, T> pack)
            where T : class
        {
            PlanMemory memory = new();
            try
            {
                return new Packing(pack(memory), memory);
            }
            catch
            {
                memory.Dispose();
                throw;
            }
        }
    }
}
