using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Signal;

/// <summary>HannWindow, HammingWindow, BlackmanWindow: <c>w[i] = a₀ − a₁ · cos(2πi / n) + a₂ · cos(4πi / n)</c>, symmetric with n − 1 in place of n.</summary>
internal sealed class CosineWindow(OperatorSite site, double constant, double first, double second) : SingleOutputOperator
{
    private readonly bool _isPeriodic = site.Node.GetInt("periodic", 1) != 0;
    private readonly DataType _type = (DataType)site.Node.GetInt("output_datatype", (int)DataType.Float32);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        int size = checked((int)inputs.Required(0).ToInt64());
        Shape shape = [size];
        double[] window = Reals.Zeros(shape);
        int period = _isPeriodic ? size : Math.Max(1, size - 1);
        for (int i = 0; i < size; i++)
        {
            double angle = 2 * Math.PI * i / period;
            window[i] = constant - first * Math.Cos(angle) + second * Math.Cos(2 * angle);
        }

        return Reals.Make(window, shape, _type, context);
    }
}
