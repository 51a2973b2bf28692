using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Signal;

/// <summary>STFT: the Fourier transforms of windowed frames of a signal, each a step behind the one before.</summary>
internal sealed class ShortTimeFourierTransform(OperatorSite site) : SingleOutputOperator
{
    private readonly bool _isOneSided = site.Node.GetInt("onesided", 1) != 0;

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int parts = x.Shape.Rank == 3 ? x.Shape[2] : 1;
        if (x.Shape.Rank is not (2 or 3) || parts is not (1 or 2))
        {
            throw new InvalidOperatorInputException($"{x} is no batch of signals, expected batch, length and 1 or 2.");
        }

        long step = inputs.Required(1).ToInt64();
        double[]? window = inputs.Optional(2) is { } given ? Reals.Of(given) : null;
        long frame = inputs.Optional(3)?.ToInt64() ?? window?.Length ?? 0;
        int signalLength = x.Shape[1];
        if (step < 1 || frame < 1 || frame > signalLength || (window is not null && window.Length != frame))
        {
            throw new InvalidOperatorInputException($"Frames of {frame} every {step}, with a window of {window?.Length ?? frame}, cannot be cut from {x}.");
        }

        int length = (int)frame;
        int frames = (int)((signalLength - length) / step) + 1;
        int values = _isOneSided ? FourierTransform.OneSided(length) : length;
        FourierTransform transform = new(length, isInverse: false);
        double[] signal = Reals.Of(x);
        Shape shape = [x.Shape[0], frames, values, 2];
        double[] y = Reals.Zeros(shape);
        context.ForRanges(x.Shape[0] * frames, (long)values * length * 4, (start, end) =>
        {
            double[] real = new double[length];
            double[] imaginary = new double[length];
            for (int i = start; i < end; i++)
            {
                int first = i / frames * signalLength + (int)(i % frames * step);
                for (int j = 0; j < length; j++)
                {
                    real[j] = signal[(first + j) * parts] * (window?[j] ?? 1);
                    imaginary[j] = parts == 2 ? signal[(first + j) * parts + 1] * (window?[j] ?? 1) : 0;
                }

                for (int k = 0; k < values; k++)
                {
                    (y[(i * values + k) * 2], y[(i * values + k) * 2 + 1]) = transform.At(k, real, imaginary);
                }
            }
        });
        return Reals.Make(y, shape, x.Type, context);
    }
}
