using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Shaping;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Indexing;

/// <summary>GatherND: each tuple of indices names a block of the input's last dimensions.</summary>
internal sealed class GatherBlocks(OperatorSite site) : SingleOutputOperator
{
    private readonly int _batchDimensions = checked((int)site.Node.GetInt("batch_dims", 0));

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        if (inputs.Required(0).Type.BitWidth() < 8)
        {
            return NumberedElements.Move(inputs, inputs.Required(0).Type, (numbers, context) => [Run(numbers, context)], context)[0]!;
        }

        Tensor x = inputs.Required(0);
        Tensor where = inputs.Required(1);
        int[] starts = BlockPlaces.Of(x.Shape, where, _batchDimensions);
        int named = _batchDimensions + where.Shape[^1];
        Shape shape = new([.. where.Shape.SkipLast(1), .. x.Shape.Skip(named)]);
        int block = x.Shape.Product(named, x.Shape.Rank) * Indices.BytesPerElement(x);
        int width = Indices.BytesPerElement(x);
        Tensor y = context.Allocate(x.Type, shape);
        for (int i = 0; i < starts.Length; i++)
        {
            x.Bytes.Span.Slice(starts[i] * width, block).CopyTo(Elements.Bytes(y)[(i * block)..]);
        }

        return y;
    }
}

/// <summary>ScatterND: a copy of the input in which the block that each tuple of indices names is combined with an update.</summary>
internal sealed class ScatterBlocks(OperatorSite site) : SingleOutputOperator
{
    private readonly IOperator _scatter = new Scatter(site.Node.GetString("reduction", "none"));

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        Tensor where = inputs.Required(1);
        int[] starts = BlockPlaces.Of(x.Shape, where, 0);
        int block = x.Shape.Product(where.Shape[^1], x.Shape.Rank);
        int[] places = new int[checked(starts.Length * block)];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = starts[i / block] + i % block;
        }

        return _scatter.Run([x, Tensor.From(places, [places.Length]), inputs.Required(2)], context)[0]!;
    }
}

/// <summary>Where the blocks begin that tuples of indices name.</summary>
internal static class BlockPlaces
{
    public static int[] Of(Shape shape, Tensor where, int batchDimensions)
    {
        int length = where.Shape.Rank > 0 ? where.Shape[^1] : 0;
        if (length < 1 || batchDimensions < 0 || batchDimensions + length > shape.Rank || batchDimensions >= where.Shape.Rank)
        {
            throw new InvalidOperatorInputException($"Indices of shape {where.Shape} do not name blocks of a tensor of shape {shape}.");
        }

        int[] strides = StridedCopy.DenseStrides(shape);
        long[] indices = where.ToInt64s();
        int[] starts = new int[indices.Length / length];
        int tuplesPerBatch = where.Shape.Product(batchDimensions, where.Shape.Rank - 1);
        int batchStride = shape.Product(batchDimensions, shape.Rank);
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = batchDimensions > 0 ? i / tuplesPerBatch * batchStride : 0;
            for (int k = 0; k < length; k++)
            {
                int d = batchDimensions + k;
                starts[i] += Indices.Along(indices[i * length + k], shape[d]) * strides[d];
            }
        }

        return starts;
    }
}
