using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary>IsNaN, IsInf: a property of every element.</summary>
internal sealed class Classification(Predicate<double> holds) : FloatingPointOperator
{
    /// <summary>Whether a number is one of the infinities that the node asks for.</summary>
    public static Predicate<double> IsInfinity(OperatorSite site)
    {
        bool negative = site.Node.GetInt("detect_negative", 1) != 0;
        bool positive = site.Node.GetInt("detect_positive", 1) != 0;
        return x => (positive && double.IsPositiveInfinity(x)) || (negative && double.IsNegativeInfinity(x));
    }

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        Tensor y = context.Allocate(DataType.Bool, x.Shape);
        for (int i = 0; i < x.Count; i++)
        {
            y.AsMutableSpan<bool>()[i] = holds(double.CreateChecked(x.AsSpan<T>()[i]));
        }

        return y;
    }
}
