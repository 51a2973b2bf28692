using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Shaping;

/// <summary>Expand: repeats the input to a common shape with the requested one.</summary>
internal sealed class Expand : SingleOutputOperator
{
    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        return To(x, Broadcast.CommonShape(x.Shape, Shape.FromInt64(inputs.Required(1).ToInt64s())), context);
    }

    /// <summary>A tensor repeated to a shape it broadcasts to.</summary>
    public static Tensor To(Tensor x, Shape shape, OperatorContext context)
    {
        if (x.Shape == shape)
        {
            return x;
        }

        int[] strides = new int[shape.Rank];
        int added = shape.Rank - x.Shape.Rank;
        for (int d = added; d < shape.Rank; d++)
        {
            strides[d] = x.Shape[d - added] == 1 ? 0 : x.Shape.Product(d - added + 1, x.Shape.Rank);
        }

        return x.Type.BitWidth() switch
        {
            8 => StridedCopy.Run<byte>(x, 0, shape, strides, context),
            16 => StridedCopy.Run<ushort>(x, 0, shape, strides, context),
            32 => StridedCopy.Run<uint>(x, 0, shape, strides, context),
            64 => StridedCopy.Run<ulong>(x, 0, shape, strides, context),
            _ => NumberedElements.Move([x], x.Type, (numbers, context) => [StridedCopy.Run<uint>(numbers[0]!, 0, shape, strides, context)], context)[0]!,
        };
    }
}

/// <summary>Tile: repeats the whole input along each dimension.</summary>
internal sealed class Tile : WordOperator
{
    protected override Tensor?[] Run<TWord>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        long[] repeats = inputs.Required(1).ToInt64s();
        if (repeats.Length != x.Shape.Rank)
        {
            throw new InvalidOperatorInputException($"{repeats.Length} repetitions are given for {x.Shape.Rank} dimensions.");
        }

        // Seen as [r0, d0, r1, d1, ...] the repetitions are strides of 0.
        int[] dense = StridedCopy.DenseStrides(x.Shape);
        int[] extents = new int[2 * repeats.Length];
        int[] strides = new int[extents.Length];
        int[] shape = new int[repeats.Length];
        for (int d = 0; d < repeats.Length; d++)
        {
            extents[2 * d] = checked((int)repeats[d]);
            extents[2 * d + 1] = x.Shape[d];
            strides[2 * d + 1] = dense[d];
            shape[d] = checked(extents[2 * d] * x.Shape[d]);
        }

        return [StridedCopy.Run<TWord>(x, 0, new Shape(extents), strides, context).Reshape(new Shape(shape))];
    }
}
