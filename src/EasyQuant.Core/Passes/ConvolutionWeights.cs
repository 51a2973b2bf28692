using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes;

/// <summary>The constants of a Conv, or of a ConvTranspose of one group, in double precision: taken out, changed, and put back.</summary>
/// <remarks>A ConvTranspose stores its weights with the input channels first; here they come second, as a Conv has them.</remarks>
internal sealed class ConvolutionWeights
{
    private readonly Shape _shape;
    private readonly double[] _weights;
    private readonly bool _isTransposed;

    private ConvolutionWeights(Shape shape, double[] weights, double[] bias, bool isTransposed)
    {
        _shape = shape;
        _weights = weights;
        Bias = bias;
        _isTransposed = isTransposed;
    }

    /// <summary>The number of filters.</summary>
    public int OutputChannels => _shape[0];

    /// <summary>The input channels that one filter sees: those of its group.</summary>
    public int ChannelsInGroup => _shape[1];

    /// <summary>The bias, zero where the node has none.</summary>
    public double[] Bias { get; }

    /// <summary>The weights of one filter, channel by channel.</summary>
    public Span<double> Filter(int output) => _weights.AsSpan(output * FilterLength, FilterLength);

    private int FilterLength => _shape.Product(1, _shape.Rank);

    /// <summary>Reads the constants; where they may not be changed, the log says why <paramref name="norm"/> stays.</summary>
    public static bool TryRead(Node conv, Node norm, GraphScope scope, RewriteLog log, out ConvolutionWeights weights)
    {
        weights = new ConvolutionWeights([0, 0], [], [], false);
        Value? weight = conv.InputOrDefault(1);
        Value? bias = conv.InputOrDefault(2);
        if (!scope.IsConstant(weight) || (bias is not null && !scope.IsConstant(bias)))
        {
            return log.Refuse(norm, $"the weight or the bias of {conv.Label} is not constant");
        }

        if (weight!.Constant is not { Type: DataType.Float32, Shape.Rank: >= 3 } tensor)
        {
            return log.Refuse(norm, $"the weight of {conv.Label} is {weight.Constant}; expected f32 with at least 3 dimensions (OIHW)");
        }

        if (scope.OnlyReader(weight) is null)
        {
            return log.Refuse(norm, $"weight '{weight.Name}' of {conv.Label} is shared");
        }

        bool isTransposed = conv.Is("ConvTranspose");
        if (isTransposed && conv.GetInt("group", 1) != 1)
        {
            return log.Refuse(norm, $"{conv.Label} is a transposed convolution of several groups, which this pass does not fold");
        }

        int channels = tensor.Shape[isTransposed ? 1 : 0];
        if (bias is not null && bias.Constant is not { Type: DataType.Float32, Shape.Rank: 1 })
        {
            return log.Refuse(norm, $"the bias of {conv.Label} is {bias.Constant}; expected an f32 vector");
        }

        if (bias is not null && bias.Constant!.Count != channels)
        {
            return log.Refuse(norm, $"the bias of {conv.Label} has {bias.Constant.Count} elements; expected {channels}");
        }

        double[] biases = bias is null ? new double[channels] : ToDouble(bias.Constant!);
        weights = isTransposed
            ? new ConvolutionWeights([channels, tensor.Shape[0], .. tensor.Shape.Skip(2)], Swapped(ToDouble(tensor), tensor.Shape[0], channels), biases, true)
            : new ConvolutionWeights(tensor.Shape, ToDouble(tensor), biases, false);
        return true;
    }

    /// <summary>Gives the changed constants to the node.</summary>
    public void Write(Graph graph, Node conv, GraphScope scope)
    {
        double[] stored = _isTransposed ? Swapped(_weights, OutputChannels, ChannelsInGroup) : _weights;
        Shape shape = _isTransposed ? [ChannelsInGroup, OutputChannels, .. _shape.Skip(2)] : _shape;
        graph.ReplaceConstant(conv, 1, Tensor.From(Array.ConvertAll(stored, w => (float)w), shape), scope, "weight");
        string stem = conv.Inputs[1]!.Name + "_bias";
        graph.ReplaceConstant(conv, 2, Tensor.From(Array.ConvertAll(Bias, b => (float)b), [OutputChannels]), scope, stem);
    }

    // The first two axes change places.
    private static double[] Swapped(double[] weights, int first, int second)
    {
        int taps = weights.Length / Math.Max(1, first * second);
        double[] swapped = new double[weights.Length];
        for (int i = 0; i < first * second; i++)
        {
            weights.AsSpan(i * taps, taps).CopyTo(swapped.AsSpan((i % second * first + i / second) * taps));
        }

        return swapped;
    }

    private static double[] ToDouble(Tensor tensor) => Array.ConvertAll(tensor.AsSpan<float>().ToArray(), v => (double)v);
}
