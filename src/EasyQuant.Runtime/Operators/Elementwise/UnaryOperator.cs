using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary>Applies a function to every element: <c>y = f(x)</c>, any number type.</summary>
internal sealed class NumberFunctionOperator<TFunction>(TFunction function) : NumberOperator, IBlockable
    where TFunction : struct, INumberFunction
{
    public BlockedForm? Blocked(ReadOnlySpan<int?> channels) => ChannelBlocks.Elementwise(this, channels);

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        Tensor y = context.Allocate(x.Type, x.Shape);
        TFunction f = function;
        context.ForRanges(x.Count, 1, (start, end) =>
        {
            Span<T> scratch = stackalloc T[Blocks.Length];
            for (int i = start; i < end; i += Blocks.Length)
            {
                int length = Math.Min(Blocks.Length, end - i);
                f.Apply(x.AsSpan<T>().Slice(i, length), y.AsMutableSpan<T>().Slice(i, length), scratch[..length]);
            }
        });
        return y;
    }
}

/// <summary>Applies a function to every element: <c>y = f(x)</c>, floating-point types.</summary>
internal sealed class RealFunctionOperator<TFunction>(TFunction function) : FloatingPointOperator, IBlockable
    where TFunction : struct, IRealFunction
{
    public BlockedForm? Blocked(ReadOnlySpan<int?> channels) => ChannelBlocks.Elementwise(this, channels);

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        Tensor y = context.Allocate(x.Type, x.Shape);
        TFunction f = function;
        context.ForRanges(x.Count, 1, (start, end) =>
        {
            Span<T> scratch = stackalloc T[Blocks.Length];
            for (int i = start; i < end; i += Blocks.Length)
            {
                int length = Math.Min(Blocks.Length, end - i);
                f.Apply(x.AsSpan<T>().Slice(i, length), y.AsMutableSpan<T>().Slice(i, length), scratch[..length]);
            }
        });
        return y;
    }
}

/// <summary>How many elements a function gets at once: several passes over them stay in the nearest cache.</summary>
internal static class Blocks
{
    public const int Length = 1024;
}
