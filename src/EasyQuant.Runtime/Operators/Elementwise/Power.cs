using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Conversion;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary><c>z = x^y</c>; the result has the type of the base, whatever the exponent's.</summary>
internal sealed class Power : NumberOperator
{
    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        Tensor y = ElementCast.To(inputs.Required(1), DataType.Float64, context);
        Broadcast walk = new(x.Shape, y.Shape);
        Tensor z = context.Allocate(x.Type, walk.Shape);
        bool xRepeated = walk.IsRepeated(0);
        bool yRepeated = walk.IsRepeated(1);
        walk.For(context, (offsets, output, length) =>
        {
            ReadOnlySpan<T> bases = x.AsSpan<T>()[offsets[0]..];
            ReadOnlySpan<double> exponents = y.AsSpan<double>()[offsets[1]..];
            Span<T> powers = z.AsMutableSpan<T>().Slice(output, length);
            for (int i = 0; i < length; i++)
            {
                T value = bases[xRepeated ? 0 : i];
                double exponent = exponents[yRepeated ? 0 : i];
                powers[i] = exponent == 2 ? value * value : T.CreateSaturating(Math.Pow(double.CreateChecked(value), exponent));
            }
        });
        return z;
    }
}
