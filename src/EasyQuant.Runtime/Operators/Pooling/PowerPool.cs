using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Reduction;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Pooling;

/// <summary>LpPool: <c>(Σ |x|^p)^(1/p)</c> over each window; GlobalLpPool: over whole planes.</summary>
internal sealed class PowerPool(OperatorSite site, bool isGlobal) : SingleOutputOperator
{
    private readonly SpatialWindow? _window = isGlobal ? null : new SpatialWindow(site);
    private readonly double _power = site.Node.GetInt("p", 2);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        Tensor powers = Tensor.From(Array.ConvertAll(Reals.Of(x), v => Math.Pow(Math.Abs(v), _power)), x.Shape);
        Tensor sums = _window is null
            ? Folding.Run<double, Sum>(powers, [.. Enumerable.Range(0, x.Shape.Rank).Skip(2)], context)
            : Pool.Run<double, Sum>(powers, _window.Over(x, _window.Kernel ?? throw new InvalidOperatorInputException("Attribute 'kernel_shape' is absent.")), context);
        return Reals.Make(Array.ConvertAll(Reals.Of(sums), s => Math.Pow(s, 1 / _power)), sums.Shape, x.Type, context);
    }
}
