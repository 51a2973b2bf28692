using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Shaping;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Attention;

/// <summary>CausalConvWithState: <c>y[c, t] = f(b[c] + Σ w[c, k] · x[c, t − K + 1 + k])</c> for each channel, the steps before the first taken from a state; the last K − 1 steps are the next state.</summary>
internal sealed class CausalConvolution(OperatorSite site) : IOperator
{
    private readonly bool _hasSilu = site.Node.GetString("activation", "none") switch
    {
        "none" or "" => false,
        "silu" or "swish" => true,
        string other => throw site.Unsupported($"activation '{other}'"),
    };

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        Tensor weight = inputs.Required(1);
        if (x.Shape.Rank != 3 || weight.Shape.Rank != 3 || weight.Shape[0] != x.Shape[1] || weight.Shape[1] != 1 || weight.Shape[2] < 1
            || (inputs.Optional(2) is { } bias && bias.Count != x.Shape[1]))
        {
            throw new InvalidOperatorInputException($"{x} and weight {weight} do not fit, expected batch, channels, length and channels, 1, taps.");
        }

        (int batch, int channels, int length, int taps) = (x.Shape[0], x.Shape[1], x.Shape[2], weight.Shape[2]);
        Shape state = [batch, channels, taps - 1];
        Tensor past = inputs.Optional(3) ?? Reals.Make(Reals.Zeros(state), state, x.Type, context);
        if (past.Shape != state)
        {
            throw new InvalidOperatorInputException($"The state is {past}, expected shape {state}.");
        }

        Tensor steps = Concat.Run([past, x], 2, context);
        double[] from = Reals.Of(steps);
        double[] w = Reals.Of(weight);
        double[]? b = inputs.Optional(2) is { } given ? Reals.Of(given) : null;
        double[] y = new double[x.Count];
        int pitch = length + taps - 1;
        for (int i = 0; i < y.Length; i++)
        {
            (int lane, int t) = Math.DivRem(i, length);
            int channel = lane % channels;
            double sum = b?[channel] ?? 0;
            for (int k = 0; k < taps; k++)
            {
                sum += w[channel * taps + k] * from[lane * pitch + t + k];
            }

            y[i] = _hasSilu ? sum / (1 + Math.Exp(-sum)) : sum;
        }

        return [Reals.Make(y, x.Shape, x.Type, context), Sequences.AxisPart.Of(steps, 2, length, taps - 1, context)];
    }
}
