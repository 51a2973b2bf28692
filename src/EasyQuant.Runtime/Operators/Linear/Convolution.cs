using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>Conv: <c>y[n, o, p] = b[o] + Σ w[o, c, k] · x[n, g(o) + c, p · stride + k · dilation − pad]</c>.</summary>
internal sealed class Convolution : SingleOutputOperator, IClampable, IRescalable, IBlockable
{
    private readonly SpatialWindow _window;
    private readonly int _groups;
    private readonly int? _outChannels;
    private readonly ConvolutionEpilogue _epilogue = ConvolutionEpilogue.None;
    private readonly ConstantCopy<ConvolutionWeights>? _weights;
    private readonly BlockedWeights? _blocked;

    public Convolution(OperatorSite site)
    {
        _window = new SpatialWindow(site);
        _groups = checked((int)site.Node.GetInt("group", 1));
        if (site.Constant(1) is { Type: DataType.Float32, Shape.Rank: > 0 } w)
        {
            _outChannels = w.Shape[0];
            _weights = new ConstantCopy<ConvolutionWeights>(site.Copies, w.ByteLength, () => new ConvolutionWeights(w, _groups));
            _blocked = !BlockedWeights.Fit(site, _groups) ? null
                : _groups == 1 ? BlockedWeights.Dense(w, site.Constant(2), site.Copies) : BlockedWeights.Depthwise(w, site.Constant(2));
        }
    }

    private Convolution(Convolution other, ConvolutionEpilogue epilogue)
    {
        (_window, _groups, _outChannels, _weights, _blocked) = (other._window, other._groups, other._outChannels, other._weights, other._blocked);
        _epilogue = epilogue;
    }

    public IOperator WithClamp(float low, float high) => new Convolution(this, _epilogue with { Low = low, High = high });

    public IOperator? WithAffine(float[] factor, float[] offset) =>
        factor.Length == _outChannels ? new Convolution(this, _epilogue with { Factor = factor, Offset = offset }) : null;

    public BlockedForm? Blocked(ReadOnlySpan<int?> channels)
    {
        if (_blocked is not { } weights || (channels[0] is { } given && given != weights.InChannels * _groups))
        {
            return null;
        }

        bool readsBlocks = channels[0] is not null;
        IOperator form = _groups == 1
            ? new BlockedConvolution(_window, weights, _epilogue, readsBlocks)
            : new BlockedDepthwise(_window, weights, _epilogue, readsBlocks);
        return new BlockedForm(form, weights.OutChannels);
    }

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        if (SinglePrecision.IsFor(inputs.Required(0).Type))
        {
            return SinglePrecision.Run(this, inputs, context)[0]!;
        }

        Tensor x = inputs.RequiredSingles(0);
        Tensor w = inputs.Required(1);
        Tensor? b = inputs.Optional(2);
        ConvolutionShapes.Check(x, w, b, _groups);
        WindowWalk walk = _window.Over(x, w.Shape.Dimensions[2..]);
        Tensor y = context.Allocate(DataType.Float32, walk.OutputShape(x.Shape[0], w.Shape[0]));
        (float low, float high) = _epilogue.Factor is null ? (_epilogue.Low, _epilogue.High) : (float.NegativeInfinity, float.PositiveInfinity);
        if (_groups > 1 && w.Shape[1] == 1 && w.Shape[0] == _groups && walk.Axes.Count == 2)
        {
            DepthwiseConvolution.Run(x, w, b, walk, low, high, y, context);
        }
        else
        {
            PanelConvolution.Run(x, _weights?.Value ?? new ConvolutionWeights(w, _groups), b, walk, low, high, y, context);
        }

        if (_epilogue.Factor is not null)
        {
            _epilogue.Apply(y, context);
        }

        return y;
    }
}
