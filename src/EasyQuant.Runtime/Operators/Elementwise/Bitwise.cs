using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary>Combines every pair of elements bit by bit after broadcasting: And, Or, Xor on bool, BitwiseAnd and so on over integers.</summary>
internal sealed class Bitwise(Func<ulong, ulong, ulong> combine) : SingleOutputOperator
{
    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        Tensor y = inputs.Required(1);
        if (x.Type != y.Type)
        {
            throw new InvalidOperatorInputException($"Element types {x.Type.ShortName()} and {y.Type.ShortName()} differ.");
        }

        return x.Type.BitWidth() switch
        {
            8 => Combine<byte>(x, y, context),
            16 => Combine<ushort>(x, y, context),
            32 => Combine<uint>(x, y, context),
            64 => Combine<ulong>(x, y, context),
            _ => throw new UnsupportedOperatorInputException($"Element type {x.Type.ShortName()} is not supported."),
        };
    }

    private Tensor Combine<T>(Tensor x, Tensor y, OperatorContext context)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        Broadcast walk = new(x.Shape, y.Shape);
        Tensor z = context.Allocate(x.Type, walk.Shape);
        bool xRepeated = walk.IsRepeated(0);
        bool yRepeated = walk.IsRepeated(1);
        walk.For(context, (offsets, output, length) =>
        {
            ReadOnlySpan<T> xs = Elements.Of<T>(x)[offsets[0]..];
            ReadOnlySpan<T> ys = Elements.Of<T>(y)[offsets[1]..];
            Span<T> zs = Elements.Of<T>(z).Slice(output, length);
            for (int i = 0; i < zs.Length; i++)
            {
                zs[i] = T.CreateTruncating(combine(ulong.CreateTruncating(xs[xRepeated ? 0 : i]), ulong.CreateTruncating(ys[yRepeated ? 0 : i])));
            }
        });
        return z;
    }
}

/// <summary>Changes the bits of every element: Not on bool (lowest bit), BitwiseNot over integers (all bits).</summary>
internal sealed class BitwiseNot : SingleOutputOperator
{
    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        byte mask = x.Type == DataType.Bool ? (byte)1 : (byte)0xFF;
        Tensor y = context.Allocate(x.Type, x.Shape);
        ReadOnlySpan<byte> from = x.Bytes.Span;
        Span<byte> to = Elements.Bytes(y);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = (byte)(from[i] ^ mask);
        }

        return y;
    }
}
