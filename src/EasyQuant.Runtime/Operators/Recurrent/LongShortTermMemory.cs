using EasyQuant.Runtime.Execution;

namespace EasyQuant.Runtime.Operators.Recurrent;

/// <summary>
/// LSTM: gates <c>i = f(x · wiᵀ + h · riᵀ + pi ⊙ c + bi)</c> and forget <c>f</c> likewise, <c>c ← f ⊙ c + i ⊙ g(x · wcᵀ + h · rcᵀ + bc)</c>, then the output
/// gate <c>o</c>, which sees the new cell, and <c>h ← o ⊙ k(c)</c>.
/// </summary>
internal sealed class LongShortTermMemory(OperatorSite site) : RecurrentOperator(site, gates: 4, hasCell: true, "Sigmoid", "Tanh", "Tanh")
{
    // The order of the gates in the weights; the peepholes are in the order of the first three.
    private const int Input = 0;
    private const int Output = 1;
    private const int Forget = 2;
    private const int Cell = 3;

    private readonly bool _forgetsWhatEnters = site.Node.GetInt("input_forget", 0) != 0;

    protected override void Step(RecurrentDirection direction, float[] inputs, bool[] isActive, OperatorContext context)
    {
        int batch = isActive.Length;
        float[][] recurrent = [.. Enumerable.Range(0, 4).Select(gate => direction.Recur(gate, direction.Hidden, batch, context))];
        (Func<float, float> gateFunction, Func<float, float> cellFunction, Func<float, float> outputFunction) =
            (direction.Activations[0], direction.Activations[1], direction.Activations[2]);
        for (int i = 0; i < direction.Hidden.Length; i++)
        {
            (int b, int j) = Math.DivRem(i, HiddenSize);
            if (!isActive[b])
            {
                continue;
            }

            ref float cell = ref direction.Cell[i];
            float enters = gateFunction(Argument(Input, cell));
            float stays = _forgetsWhatEnters ? 1 - enters : gateFunction(Argument(Forget, cell));
            cell = stays * cell + enters * cellFunction(Argument(Cell, 0));
            direction.Hidden[i] = gateFunction(Argument(Output, cell)) * outputFunction(cell);

            float Argument(int gate, float seen)
            {
                int k = gate * HiddenSize + j;
                float peephole = gate != Cell && direction.Peepholes is { } weights ? weights[k] * seen : 0;
                return Clip(inputs[b * direction.Width + k] + recurrent[gate][i] + direction.RecurrentBias[k] + peephole);
            }
        }
    }
}
