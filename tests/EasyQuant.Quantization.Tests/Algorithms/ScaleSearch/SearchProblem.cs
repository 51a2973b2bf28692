using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Tests.Algorithms.ScaleSearch;

/// <summary>One seeded random layer with inputs and float outputs, ready to be searched.</summary>
internal sealed class SearchProblem : IDisposable
{
    private readonly TensorStore _store = new(1 << 26);

    public SearchProblem(int seed, int inputChannels, int outputChannels, int size, int kernel, int stride, int groups, int samples, int weightBits, IntegerRange range, int threads = 2, bool deadChannel = false)
    {
        Random random = new(seed);
        Tensor weight = Tensor.From(
            [.. Enumerable.Range(0, outputChannels * inputChannels / groups * kernel * kernel).Select(_ => (float)Math.Pow(random.NextDouble() - 0.5, 3))],
            [outputChannels, inputChannels / groups, kernel, kernel]);
        if (deadChannel)
        {
            weight.AsMutableSpan<float>()[..(weight.Count / outputChannels)].Clear();
        }

        Value x = new("x", new TensorValueType(DataType.Float32));
        Value w = new("w") { Constant = weight };
        Value y = new("y");
        Node node = new("Conv", [x, w], [y], "layer");
        node.Attributes["strides"] = new IntsAttribute([stride, stride]);
        node.Attributes["pads"] = new IntsAttribute([kernel / 2, kernel / 2, kernel / 2, kernel / 2]);
        node.Attributes["group"] = new IntAttribute(groups);
        Layer = LayerRecognition.Recognize(node).Layer!;
        int outputSize = (size + kernel / 2 * 2 - kernel) / stride + 1;
        BufferLease lease = new(new BufferPool());
        List<TensorStore.StoredTensor> inputs = [];
        List<TensorStore.StoredTensor> targets = [];
        for (int sample = 0; sample < samples; sample++)
        {
            Tensor input = Tensor.From(
                [.. Enumerable.Range(0, inputChannels * size * size).Select(_ => (float)(range.Signed ? random.NextDouble() - 0.4 : Math.Max(0, random.NextDouble() - 0.3)) * (random.Next(50) == 0 ? 4 : 1))],
                [1, inputChannels, size, size]);
            inputs.Add(_store.Put(input, lease));
            targets.Add(_store.Put(Convolve(input, weight, [1, outputChannels, outputSize, outputSize], stride, groups), lease));
        }

        Workers = new WorkerPool(threads);
        Segments = new LayerSegments(Layer, inputs, targets, Workers);
        Group = new TensorGroup(0, [x], [x], [Layer], range, float.PositiveInfinity);
        QuantizationPlan plan = new([Layer], [Group], [], []);
        float magnitude = inputs.Max(t => t.Read().AsSpan<float>().ToArray().Max(MathF.Abs));
        Scales = new ScaleTable(plan, [magnitude / range.Largest], _ => new IntegerRange(weightBits, signed: true));
    }

    public QuantizableLayer Layer { get; }

    public LayerSegments Segments { get; }

    public TensorGroup Group { get; }

    public ScaleTable Scales { get; }

    public WorkerPool Workers { get; }

    public void Dispose()
    {
        Workers.Dispose();
        _store.Dispose();
    }

    private static Tensor Convolve(Tensor input, Tensor weight, Shape output, int stride, int groups)
    {
        Tensor result = Tensor.Allocate(DataType.Float32, output);
        (int inner, int kernel, int size) = (weight.Shape[1], weight.Shape[2], input.Shape[2]);
        for (int i = 0; i < result.Count; i++)
        {
            (int c, int y, int x) = (i / (output[2] * output[3]), i / output[3] % output[2], i % output[3]);
            double sum = 0;
            for (int k = 0; k < inner * kernel * kernel; k++)
            {
                int iy = y * stride - kernel / 2 + k / kernel % kernel;
                int ix = x * stride - kernel / 2 + k % kernel;
                if (iy >= 0 && iy < size && ix >= 0 && ix < size)
                {
                    int channel = c / (output[1] / groups) * inner + k / (kernel * kernel);
                    sum += (double)weight.AsSpan<float>()[c * inner * kernel * kernel + k] * input.AsSpan<float>()[(channel * size + iy) * size + ix];
                }
            }

            result.AsMutableSpan<float>()[i] = (float)sum;
        }

        return result;
    }
}
