using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Normalization;

/// <summary>BatchNormalization outside training: <c>y = scale · (x − mean) / √(variance + epsilon) + bias</c>, per channel.</summary>
internal sealed class BatchNormalization : FloatingPointOperator
{
    private readonly float _epsilon;

    public BatchNormalization(OperatorSite site)
    {
        _epsilon = site.Node.GetFloat("epsilon", 1e-5f);
        bool trains = site.Node.GetInt("training_mode", 0) != 0 || (site.Opset < 7 && site.Node.GetInt("is_test", 0) == 0 && site.Node.Outputs.Count > 1);
        if (trains)
        {
            throw site.Unsupported("training mode");
        }
    }

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
                int c = i % channels;
                Span<T> to = y.AsMutableSpan<T>().Slice(i * plane, plane);
                TensorPrimitives.Multiply(x.AsSpan<T>().Slice(i * plane, plane), T.CreateChecked(factor[c]), to);
                TensorPrimitives.Add(to, T.CreateChecked(offset[c]), to);
            }
        });
        return y;
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
