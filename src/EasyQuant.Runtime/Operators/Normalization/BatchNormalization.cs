using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Normalization;

/// <summary>BatchNormalization outside training: <c>y = scale · (x − mean) / √(variance + epsilon) + bias</c>, per channel.</summary>
internal sealed class BatchNormalization : FloatingPointOperator, IClampable
{
    private readonly float _epsilon;
    private readonly float _low = float.NegativeInfinity;
    private readonly float _high = float.PositiveInfinity;

    /// <summary>Factor and offset of every channel as numbers of x's type f32, where they are known beforehand.</summary>
    public (float[] Factor, float[] Offset)? Constant { get; }

    public BatchNormalization(OperatorSite site)
    {
        _epsilon = site.Node.GetFloat("epsilon", 1e-5f);
        Tensor?[] inputs = [null, site.Constant(1), site.Constant(2), site.Constant(3), site.Constant(4)];
        if (inputs.Skip(1).All(p => p is not null && p.Count == inputs[1]!.Count))
        {
            (double[] factor, double[] offset) = Affine(inputs, inputs[1]!.Count);
            Constant = (Array.ConvertAll(factor, f => (float)f), Array.ConvertAll(offset, o => (float)o));
        }
    }

    /// <summary>The operator in the mode that the node asks for.</summary>
    public static IOperator Create(OperatorSite site) =>
        site.Node.GetInt("training_mode", 0) != 0 ? new BatchStatistics(site) : new BatchNormalization(site);

    private BatchNormalization(float epsilon, float low, float high) => (_epsilon, _low, _high) = (epsilon, low, high);

    public IOperator WithClamp(float low, float high) => new BatchNormalization(_epsilon, low, high);

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        if (x.Shape.Rank < 2)
        {
            throw new InvalidOperatorInputException($"{x} has no channels: expected at least 2 dimensions.");
        }

        int channels = x.Shape[1];
        (double[] factor, double[] offset) = Affine(inputs, channels);
        int plane = x.Shape.Product(2, x.Shape.Rank);
        Tensor y = context.Allocate(x.Type, x.Shape);
        context.ForRanges(x.Shape[0] * channels, plane, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                Scale(
                    x.AsSpan<T>().Slice(i * plane, plane), y.AsMutableSpan<T>().Slice(i * plane, plane),
                    T.CreateChecked(factor[i % channels]), T.CreateChecked(offset[i % channels]));
            }
        });
        return y;
    }

    private void Scale<T>(ReadOnlySpan<T> x, Span<T> y, T factor, T offset)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool clamps = _low > float.NegativeInfinity || _high < float.PositiveInfinity;
        for (int i = 0; i < x.Length; i += Elementwise.Blocks.Length)
        {
            int length = Math.Min(Elementwise.Blocks.Length, x.Length - i);
            Span<T> to = y.Slice(i, length);
            TensorPrimitives.Multiply(x.Slice(i, length), factor, to);
            TensorPrimitives.Add(to, offset, to);
            if (clamps)
            {
                TensorPrimitives.Max(to, T.CreateSaturating(_low), to);
                TensorPrimitives.Min(to, T.CreateSaturating(_high), to);
            }
        }
    }

    private (double[] Factor, double[] Offset) Affine(ReadOnlySpan<Tensor?> inputs, int channels)
    {
        double[] scale = Channels(inputs, 1, channels);
        double[] bias = Channels(inputs, 2, channels);
        double[] mean = Channels(inputs, 3, channels);
        double[] variance = Channels(inputs, 4, channels);
        double[] factor = new double[channels];
        double[] offset = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            factor[c] = scale[c] / Math.Sqrt(variance[c] + _epsilon);
            offset[c] = bias[c] - mean[c] * factor[c];
        }

        return (factor, offset);
    }

    private static double[] Channels(ReadOnlySpan<Tensor?> inputs, int index, int channels)
    {
        Tensor input = inputs.Required(index);
        return input.Count == channels
            ? Reals.Of(input)
            : throw new InvalidOperatorInputException($"Input {index} has shape {input.Shape}, expected one number for each of {channels} channels.");
    }
}
