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
    private readonly Lazy<ConvolutionWeights>? _weights;

    public Convolution(OperatorSite site)
    {
        _window = new SpatialWindow(site);
        _groups = checked((int)site.Node.GetInt("group", 1));
        (_low, _high) = (float.NegativeInfinity, float.PositiveInfinity);
        _weights = site.Constant(1) is { } w ? new Lazy<ConvolutionWeights>(() => new ConvolutionWeights(w, _groups)) : null;
    }

    private Convolution(Convolution other, float low, float high)
    {
        (_window, _groups, _weights) = (other._window, other._groups, other._weights);
        (_low, _high) = (low, high);
    }

    public IOperator WithClamp(float low, float high) => new Convolution(this, low, high);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        Tensor w = inputs.Required(1);
        Tensor? b = inputs.Optional(2);
        ConvolutionShapes.Check(x, w, b, _groups);
        WindowWalk walk = _window.Over(x, w.Shape.Dimensions[2..]);
        Tensor y = context.Allocate(DataType.Float32, walk.OutputShape(x.Shape[0], w.Shape[0]));
        if (_groups > 1 && w.Shape[1] == 1 && w.Shape[0] == _groups && walk.Axes.Count == 2)
        {
            DepthwiseConvolution.Run(x, w, b, walk, _low, _high, y, context);
        }
        else
        {
            PanelConvolution.Run(x, _weights?.Value ?? new ConvolutionWeights(w, _groups), b, walk, _low, _high, y, context);
        }

        return y;
    }
}
