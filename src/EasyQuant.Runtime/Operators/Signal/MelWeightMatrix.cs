using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Signal;

/// <summary>MelWeightMatrix: triangles over the values of a one-sided transform whose corners lie at equal distances on the mel scale, <c>2595 · lg(1 + f / 700)</c>.</summary>
internal sealed class MelWeightMatrix(OperatorSite site) : SingleOutputOperator
{
    private readonly DataType _type = (DataType)site.Node.GetInt("output_datatype", (int)DataType.Float32);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        int bins = checked((int)inputs.Required(0).ToInt64());
        int length = checked((int)inputs.Required(1).ToInt64());
        long rate = inputs.Required(2).ToInt64();
        double low = Mel(inputs.Required(3).ToSingle());
        double high = Mel(inputs.Required(4).ToSingle());
        if (bins < 1 || length < 1 || rate < 1)
        {
            throw new InvalidOperatorInputException($"{bins} triangles over a transform of length {length} at {rate} samples a second cannot be made.");
        }

        Shape shape = [FourierTransform.OneSided(length), bins];
        double[] y = Reals.Zeros(shape);
        int[] corners = new int[checked(bins + 2)];
        for (int i = 0; i < corners.Length; i++)
        {
            double frequency = 700 * (Math.Pow(10, (low + i * (high - low) / corners.Length) / 2595) - 1);
            corners[i] = (int)Math.Clamp(Math.Floor((length + 1.0) * frequency / rate), 0, shape[0]);
        }

        for (int bin = 0; bin < bins; bin++)
        {
            (int left, int top, int right) = (corners[bin], corners[bin + 1], corners[bin + 2]);
            for (int value = left; value <= Math.Min(top, shape[0] - 1); value++)
            {
                y[value * bins + bin] = top == left ? 1 : (double)(value - left) / (top - left);
            }

            for (int value = top; value < right; value++)
            {
                y[value * bins + bin] = (double)(right - value) / (right - top);
            }
        }

        return Reals.Make(y, shape, _type, context);
    }

    private static double Mel(double frequency) => 2595 * Math.Log10(1 + frequency / 700);
}
