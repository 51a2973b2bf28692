using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Normalization;

/// <summary><c>x · scale + bias</c>, both broadcast.</summary>
internal static class Affine
{
    private static readonly IOperator s_multiply = new Elementwise.BinaryOperator<Elementwise.Multiply>(new Elementwise.Multiply());
    private static readonly IOperator s_add = new Elementwise.BinaryOperator<Elementwise.Add>(new Elementwise.Add());

    public static Tensor Apply(Tensor x, Tensor scale, Tensor? bias, OperatorContext context)
    {
        Tensor scaled = s_multiply.Run([x, scale], context)[0]!;
        return bias is null ? scaled : s_add.Run([scaled, bias], context)[0]!;
    }
}
