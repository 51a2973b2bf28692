using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Signal;

/// <summary>DFT: the Fourier transform along an axis; the last dimension holds real numbers, or real and imaginary parts.</summary>
/// <remarks>One-sided, a real signal's transform has ⌊n / 2⌋ + 1 values; the inverse takes them and gives the real signal.</remarks>
internal sealed class DiscreteFourierTransform(OperatorSite site) : SingleOutputOperator
{
    private readonly bool _isInverse = site.Node.GetInt("inverse", 0) != 0;
    private readonly bool _isOneSided = site.Node.GetInt("onesided", 0) != 0;
    private readonly bool _axisIsInput = site.Opset >= 20;
    private readonly long _axis = site.Node.GetInt("axis", site.Opset >= 20 ? -2 : 1);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int axis = OperatorInputs.Axis(_axisIsInput ? inputs.Optional(2)?.ToInt64() ?? _axis : _axis, x.Shape.Rank);
        int parts = x.Shape[^1];
        if (axis == x.Shape.Rank - 1 || parts is not (1 or 2) || x.Shape[axis] == 0)
        {
            throw new InvalidOperatorInputException($"{x} cannot be transformed along dimension {axis}, expected 1 or 2 in the last dimension, which is not transformed.");
        }

        bool fromOneSided = _isInverse && _isOneSided;
        int given = x.Shape[axis];
        int length = checked((int)(inputs.Optional(1)?.ToInt64() ?? (fromOneSided ? 2L * (given - 1) : given)));
        if (length < 1)
        {
            throw new InvalidOperatorInputException($"The transform has length {length}, expected at least 1.");
        }

        FourierTransform transform = new(length, _isInverse);
        int values = _isOneSided && !_isInverse ? FourierTransform.OneSided(length) : length;
        int outParts = fromOneSided ? 1 : 2;
        int[] extents = x.Shape.ToArray();
        (extents[axis], extents[^1]) = (values, outParts);
        Shape shape = new(extents);
        double[] signal = Reals.Of(x);
        double[] y = Reals.Zeros(shape);
        int inner = x.Shape.Product(axis + 1, x.Shape.Rank - 1);
        context.ForRanges(x.Shape.Product(0, axis) * inner, (long)values * length * 4, (start, end) =>
        {
            double[] real = new double[length];
            double[] imaginary = new double[length];
            for (int lane = start; lane < end; lane++)
            {
                (int outer, int column) = Math.DivRem(lane, inner);
                for (int j = 0; j < length; j++)
                {
                    // The other half of a real signal's transform mirrors the first.
                    bool isMirrored = fromOneSided && j >= FourierTransform.OneSided(length);
                    int source = isMirrored ? length - j : j;
                    int at = ((outer * given + source) * inner + column) * parts;
                    real[j] = source < given ? signal[at] : 0;
                    imaginary[j] = source < given && parts == 2 ? (isMirrored ? -signal[at + 1] : signal[at + 1]) : 0;
                }

                for (int k = 0; k < values; k++)
                {
                    int to = ((outer * values + k) * inner + column) * outParts;
                    (y[to], double imaginaryPart) = transform.At(k, real, imaginary);
                    if (outParts == 2)
                    {
                        y[to + 1] = imaginaryPart;
                    }
                }
            }
        });
        return Reals.Make(y, shape, x.Type, context);
    }
}
