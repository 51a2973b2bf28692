using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary>Clip: <c>min(max(x, low), high)</c>; limits are attributes before version 11 and inputs of x's type since.</summary>
internal sealed class Clip(OperatorSite site) : NumberOperator, IBlockable
{
    private readonly bool _attributes = site.Opset < 11;
    private readonly float _low = site.Node.GetFloat("min", float.NegativeInfinity);
    private readonly float _high = site.Node.GetFloat("max", float.PositiveInfinity);

    public BlockedForm? Blocked(ReadOnlySpan<int?> channels) => ChannelBlocks.Elementwise(this, channels[..1]);

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        T low = Limit<T>(inputs.Optional(1), _low);
        T high = Limit<T>(inputs.Optional(2), _high);
        Tensor y = context.Allocate(x.Type, x.Shape);
        context.ForRanges(x.Count, 1, (start, end) =>
        {
            for (int i = start; i < end; i += Blocks.Length)
            {
                int length = Math.Min(Blocks.Length, end - i);
                Span<T> to = y.AsMutableSpan<T>().Slice(i, length);
                TensorPrimitives.Max(x.AsSpan<T>().Slice(i, length), low, to);
                TensorPrimitives.Min(to, high, to);
            }
        });
        return y;
    }

    private T Limit<T>(Tensor? input, float attribute)
        where T : unmanaged, INumber<T> => !_attributes && input is not null ? input.AsSpan<T>()[0] : T.CreateSaturating(attribute);
}
