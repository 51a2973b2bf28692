using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Shaping;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Attention;

/// <summary>Vectors of several heads side by side in a row, <c>[batch, length, heads · size]</c>, and head by head, <c>[batch, heads, length, size]</c>.</summary>
internal static class AttentionHeads
{
    /// <summary>The heads of <paramref name="x"/>; four dimensions are heads already.</summary>
    public static Tensor Split(Tensor x, int heads, OperatorContext context)
    {
        if (x.Shape.Rank == 4)
        {
            return x;
        }

        if (x.Shape.Rank != 3 || heads < 1 || x.Shape[2] % heads != 0)
        {
            throw new InvalidOperatorInputException($"{x} cannot be cut into {heads} heads, expected batch, length and a multiple of {heads}.");
        }

        return SwapMiddle(x.Reshape([x.Shape[0], x.Shape[1], heads, x.Shape[2] / heads]), context);
    }

    /// <summary>The heads side by side again.</summary>
    public static Tensor Join(Tensor x, OperatorContext context) =>
        SwapMiddle(x, context).Reshape([x.Shape[0], x.Shape[2], checked(x.Shape[1] * x.Shape[3])]);

    /// <summary>The last two dimensions exchanged.</summary>
    public static Tensor Transpose(Tensor x, OperatorContext context)
    {
        (int batch, int heads, int length, int size) = Images.Extents(x);
        return Copy(x, [batch, heads, size, length], [heads * length * size, length * size, 1, size], context);
    }

    private static Tensor SwapMiddle(Tensor x, OperatorContext context)
    {
        (int batch, int first, int second, int size) = Images.Extents(x);
        return Copy(x, [batch, second, first, size], [first * second * size, size, second * size, 1], context);
    }

    private static Tensor Copy(Tensor x, Shape shape, int[] strides, OperatorContext context) => x.Type.BitWidth() switch
    {
        16 => StridedCopy.Run<ushort>(x, 0, shape, strides, context),
        32 => StridedCopy.Run<uint>(x, 0, shape, strides, context),
        64 => StridedCopy.Run<ulong>(x, 0, shape, strides, context),
        _ => throw new InvalidOperatorInputException($"{x} should hold floating-point numbers."),
    };
}
