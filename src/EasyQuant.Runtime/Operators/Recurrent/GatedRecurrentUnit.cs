using EasyQuant.Runtime.Execution;

namespace EasyQuant.Runtime.Operators.Recurrent;

/// <summary>
/// GRU: gates <c>z = f(x · wzᵀ + h · rzᵀ + bz)</c> and <c>r</c> likewise, a candidate <c>n = g(x · wnᵀ + (r ⊙ h) · rnᵀ + bn)</c>, and
/// <c>h ← (1 − z) ⊙ n + z ⊙ h</c>. With the reset behind the product the candidate is <c>g(x · wnᵀ + r ⊙ (h · rnᵀ + bn))</c>.
/// </summary>
internal sealed class GatedRecurrentUnit(OperatorSite site) : RecurrentOperator(site, gates: 3, hasCell: false, "Sigmoid", "Tanh")
{
    private readonly bool _resetsProduct = site.Node.GetInt("linear_before_reset", 0) != 0;

    protected override void Step(RecurrentDirection direction, float[] inputs, bool[] isActive, OperatorContext context)
    {
        int batch = isActive.Length;
        float[] hidden = direction.Hidden;
        float[] update = direction.Recur(0, hidden, batch, context);
        float[] reset = direction.Recur(1, hidden, batch, context);
        Func<float, float> gate = direction.Activations[0];
        for (int i = 0; i < hidden.Length; i++)
        {
            (int b, int j) = Math.DivRem(i, HiddenSize);
            update[i] = gate(Clip(inputs[b * direction.Width + j] + update[i] + direction.RecurrentBias[j]));
            reset[i] = gate(Clip(inputs[b * direction.Width + HiddenSize + j] + reset[i] + direction.RecurrentBias[HiddenSize + j]));
        }

        float[] candidate = Candidates(direction, reset, batch, context);
        for (int i = 0; i < hidden.Length; i++)
        {
            (int b, int j) = Math.DivRem(i, HiddenSize);
            if (isActive[b])
            {
                float value = direction.Activations[1](Clip(inputs[b * direction.Width + 2 * HiddenSize + j] + candidate[i]));
                hidden[i] = (1 - update[i]) * value + update[i] * hidden[i];
            }
        }
    }

    // What the state adds to the candidate.
    private float[] Candidates(RecurrentDirection direction, float[] reset, int batch, OperatorContext context)
    {
        float[] states = [.. direction.Hidden];
        if (!_resetsProduct)
        {
            TensorPrimitives.Multiply(states, reset, states);
        }

        float[] products = direction.Recur(2, states, batch, context);
        for (int i = 0; i < products.Length; i++)
        {
            products[i] += direction.RecurrentBias[2 * HiddenSize + i % HiddenSize];
            products[i] *= _resetsProduct ? reset[i] : 1;
        }

        return products;
    }
}
