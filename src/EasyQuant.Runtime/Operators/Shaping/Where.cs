using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Shaping;

/// <summary>Where: the second input's element where the first is true, otherwise the third's, after broadcasting.</summary>
internal sealed class Where : WordOperator
{
    protected override int MovedInput => 1;

    protected override Tensor?[] Run<TWord>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor condition = inputs.Required(0);
        Tensor x = inputs.Required(1);
        Tensor y = inputs.Required(2);
        if (x.Type != y.Type)
        {
            throw new InvalidOperatorInputException($"Element types {x.Type.ShortName()} and {y.Type.ShortName()} differ.");
        }

        Broadcast walk = new(condition.Shape, x.Shape, y.Shape);
        Tensor z = context.Allocate(x.Type, walk.Shape);
        int conditionStep = walk.IsRepeated(0) ? 0 : 1;
        int xStep = walk.IsRepeated(1) ? 0 : 1;
        int yStep = walk.IsRepeated(2) ? 0 : 1;
        walk.For(context, (offsets, output, length) =>
        {
            ReadOnlySpan<bool> choices = condition.AsSpan<bool>()[offsets[0]..];
            ReadOnlySpan<TWord> xs = Elements.Of<TWord>(x)[offsets[1]..];
            ReadOnlySpan<TWord> ys = Elements.Of<TWord>(y)[offsets[2]..];
            Span<TWord> zs = Elements.Of<TWord>(z).Slice(output, length);
            for (int i = 0; i < zs.Length; i++)
            {
                zs[i] = choices[i * conditionStep] ? xs[i * xStep] : ys[i * yStep];
            }
        });
        return [z];
    }
}
