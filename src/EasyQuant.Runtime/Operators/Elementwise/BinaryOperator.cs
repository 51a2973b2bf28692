using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary>Applies a function to every pair of elements after broadcasting: <c>z = f(x, y)</c>; more inputs are folded from the left.</summary>
internal sealed class BinaryOperator<TFunction>(TFunction function) : NumberOperator, IBlockable
    where TFunction : struct, IBinaryFunction
{
    public BlockedForm? Blocked(ReadOnlySpan<int?> channels) => ChannelBlocks.Elementwise(this, channels);

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor result = inputs.Required(0);
        for (int i = 1; i < inputs.Length; i++)
        {
            result = Combine<T>(result, inputs.Required(i), context);
        }

        return result;
    }

    private Tensor Combine<T>(Tensor x, Tensor y, OperatorContext context)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        Broadcast walk = new(x.Shape, y.Shape);
        Tensor z = context.Allocate(x.Type, walk.Shape);
        TFunction f = function;
        bool xRepeated = walk.IsRepeated(0);
        bool yRepeated = walk.IsRepeated(1);
        walk.For(context, (offsets, output, length) =>
        {
            ReadOnlySpan<T> xs = x.AsSpan<T>()[offsets[0]..];
            ReadOnlySpan<T> ys = y.AsSpan<T>()[offsets[1]..];
            Span<T> zs = z.AsMutableSpan<T>().Slice(output, length);
            if (yRepeated)
            {
                f.Apply(xs[..length], ys[0], zs);
            }
            else if (xRepeated)
            {
                f.Apply(xs[0], ys[..length], zs);
            }
            else
            {
                f.Apply(xs[..length], ys[..length], zs);
            }
        });
        return z;
    }
}
