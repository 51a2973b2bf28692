using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary>Mod: the remainder with the divisor's sign, or with <c>fmod</c> the dividend's.</summary>
internal sealed class Modulo(OperatorSite site) : SingleOutputOperator
{
    private readonly IOperator _function = site.Node.GetInt("fmod", 0) != 0
        ? new BinaryOperator<Remainder>(new Remainder(false))
        : new BinaryOperator<Remainder>(new Remainder(true));

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) => _function.Run(inputs, context)[0]!;

    private readonly struct Remainder(bool divisorsSign) : IBinaryFunction
    {
        public void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = Of(x[i], y[i]);
            }
        }

        public void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = Of(x[i], y);
            }
        }

        public void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = Of(x, y[i]);
            }
        }

        private T Of<T>(T x, T y) where T : unmanaged, INumber<T>
        {
            T remainder = x % y;
            return divisorsSign && !T.IsZero(remainder) && T.IsNegative(remainder) != T.IsNegative(y) ? remainder + y : remainder;
        }
    }
}
