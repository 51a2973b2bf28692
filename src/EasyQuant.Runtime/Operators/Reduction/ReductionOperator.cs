using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Reduction;

/// <summary>What is done to each element before it is folded.</summary>
internal enum Before
{
    Nothing,
    Magnitude,
    Square,
}

/// <summary>What is done to each result.</summary>
internal enum After
{
    Nothing,
    DivideByCount,
    SquareRoot,
    Logarithm,
}

/// <summary>ReduceSum, ReduceMean, ReduceL2 and so on: <c>after(fold(before(x)))</c> along some axes.</summary>
internal sealed class ReductionOperator<TFold>(OperatorSite site, int axesInputSince, Before before = Before.Nothing, After after = After.Nothing) : NumberOrBoolOperator
    where TFold : struct, IFold
{
    private readonly ReductionAxes _axes = new(site, axesInputSince);

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int[] axes = _axes.Read(inputs);
        Tensor folded = Folding.Run<T, TFold>(Prepare<T>(x, context), axes, context);
        int count = axes.Aggregate(1, (n, a) => n * x.Shape[a]);
        return Finish<T>(folded, count, context).Reshape(_axes.OutputShape(x.Shape, axes));
    }

    private Tensor Prepare<T>(Tensor x, OperatorContext context)
        where T : unmanaged, INumber<T>
    {
        if (before == Before.Nothing)
        {
            return x;
        }

        Tensor y = context.Allocate(x.Type, x.Shape);
        if (before == Before.Square)
        {
            TensorPrimitives.Multiply(x.AsSpan<T>(), x.AsSpan<T>(), y.AsMutableSpan<T>());
        }
        else
        {
            TensorPrimitives.Abs(x.AsSpan<T>(), y.AsMutableSpan<T>());
        }

        return y;
    }

    private Tensor Finish<T>(Tensor folded, int count, OperatorContext context)
        where T : unmanaged, INumber<T>
    {
        if (after == After.Nothing)
        {
            return folded;
        }

        Tensor result = context.Allocate(folded.Type, folded.Shape);
        ReadOnlySpan<T> from = folded.AsSpan<T>();
        Span<T> to = result.AsMutableSpan<T>();
        if (after == After.DivideByCount)
        {
            TensorPrimitives.Divide(from, T.CreateSaturating(count), to);
            return result;
        }

        for (int i = 0; i < to.Length; i++)
        {
            double value = double.CreateChecked(from[i]);
            to[i] = T.CreateSaturating(after == After.SquareRoot ? Math.Sqrt(value) : Math.Log(value));
        }

        return result;
    }
}

/// <summary>ReduceLogSumExp: <c>ln Σ e^x</c>, computed as <c>max + ln Σ e^(x − max)</c> so that nothing overflows.</summary>
internal sealed class LogSumExp(OperatorSite site) : FloatingPointOperator
{
    private readonly ReductionAxes _axes = new(site, axesInputSince: 18);

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int[] axes = _axes.Read(inputs);
        Tensor largest = Folding.Run<T, Largest>(x, axes, context);
        Broadcast walk = new(x.Shape, largest.Shape);
        Tensor powers = context.Allocate(x.Type, x.Shape);
        int step = walk.IsRepeated(1) ? 0 : 1;
        walk.For(context, (offsets, output, length) =>
        {
            ReadOnlySpan<T> maxima = largest.AsSpan<T>()[offsets[1]..];
            for (int i = 0; i < length; i++)
            {
                T maximum = maxima[i * step];
                powers.AsMutableSpan<T>()[output + i] = T.Exp(x.AsSpan<T>()[offsets[0] + i] - (T.IsFinite(maximum) ? maximum : T.Zero));
            }
        });
        Tensor sums = Folding.Run<T, Sum>(powers, axes, context);
        Tensor result = context.Allocate(x.Type, sums.Shape);
        for (int i = 0; i < sums.Count; i++)
        {
            T maximum = largest.AsSpan<T>()[i];
            result.AsMutableSpan<T>()[i] = T.Log(sums.AsSpan<T>()[i]) + (T.IsFinite(maximum) ? maximum : T.Zero);
        }

        return result.Reshape(_axes.OutputShape(x.Shape, axes));
    }
}
