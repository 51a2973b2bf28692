using EasyQuant.Runtime.Execution;

namespace EasyQuant.Runtime.Operators.Recurrent;

/// <summary>RNN: <c>h ← f(x · wᵀ + h · rᵀ + b)</c>.</summary>
internal sealed class SimpleRecurrence(OperatorSite site) : RecurrentOperator(site, gates: 1, hasCell: false, "Tanh")
{
    protected override void Step(RecurrentDirection direction, float[] inputs, bool[] isActive, OperatorContext context)
    {
        float[] hidden = direction.Hidden;
        float[] recurrent = direction.Recur(0, hidden, isActive.Length, context);
        for (int i = 0; i < hidden.Length; i++)
        {
            (int b, int j) = Math.DivRem(i, HiddenSize);
            if (isActive[b])
            {
                hidden[i] = direction.Activations[0](Clip(inputs[i] + recurrent[i] + direction.RecurrentBias[j]));
            }
        }
    }
}
