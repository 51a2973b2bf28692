using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>Conv: <c>y[n, o, p] = b[o] + Σ w[o, c, k] · x[n, g(o) + c, p · stride + k · dilation − pad]</c>.</summary>
internal sealed class Convolution : SingleOutputOperator, IClampable
{
    private readonly SpatialWindow _window;
    private readonly int _groups;
    private readonly float _low;
    private readonly float _high;

    public Convolution(OperatorSite site)
        : this(new SpatialWindow(site), checked((int)site.Node.GetInt("group", 1)), float.NegativeInfinity, float.PositiveInfinity)
    {
    }

    private Convolution(SpatialWindow window, int groups, float low, float high)
    {
        _window = window;
        _groups = groups;
        _low = low;
        _high = high;
    }

    public IOperator WithClamp(float low, float high) => new Convolution(_window, _groups, low, high);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        Tensor w = inputs.Required(1);
        Tensor? b = inputs.Optional(2);
        ConvolutionShapes.Check(x, w, b, _groups);
        WindowWalk walk = _window.Over(x, w.Shape.Dimensions[2..]);
        int inChannels = w.Shape[1];
        int outChannels = w.Shape[0];
        Tensor y = context.Allocate(x.Type, walk.OutputShape(x.Shape[0], outChannels));
        int taps = walk.KernelCount;
        int inputs1 = walk.InputCount;
        int outputs = walk.OutputCount;
        context.ForRanges(x.Shape[0] * outChannels, (long)outputs * taps * inChannels, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                (int n, int o) = Math.DivRem(i, outChannels);
                int group = o / (outChannels / _groups);
                ReadOnlySpan<float> planes = x.AsSpan<float>().Slice((n * x.Shape[1] + group * inChannels) * inputs1, inChannels * inputs1);
                ReadOnlySpan<float> weights = w.AsSpan<float>().Slice(o * inChannels * taps, inChannels * taps);
                Span<float> result = y.AsMutableSpan<float>().Slice(i * outputs, outputs);
                Accumulate(planes, weights, walk, inChannels, result, b is null ? 0 : b.AsSpan<float>()[o]);
                foreach (ref float value in result)
                {
                    value = Math.Min(Math.Max(value, _low), _high);
                }
            }
        });
        return y;
    }

    private static void Accumulate(ReadOnlySpan<float> planes, ReadOnlySpan<float> weights, WindowWalk walk, int channels, Span<float> result, float bias)
    {
        result.Fill(bias);
        int taps = walk.KernelCount;
        int inputs = walk.InputCount;
        for (int p = 0; p < result.Length; p++)
        {
            float sum = bias;
            for (int k = 0; k < taps; k++)
            {
                int source = walk.Source(p, k);
                for (int c = 0; source >= 0 && c < channels; c++)
                {
                    sum += weights[c * taps + k] * planes[c * inputs + source];
                }
            }

            result[p] = sum;
        }
    }
}
