using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Conversion;
using EasyQuant.Runtime.Operators.Elementwise;
using EasyQuant.Runtime.Operators.Reduction;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Normalization;

/// <summary>Softmax <c>e^(x − max) / Σ e^(x − max)</c> along an axis, or its logarithm.</summary>
/// <remarks>Before version 13 the sum goes over the axis and everything behind it.</remarks>
internal sealed class Softmax(long axis, bool logarithm = false, bool flattens = false) : FloatingPointOperator
{
    public Softmax(OperatorSite site, bool logarithm)
        : this(site.Node.GetInt("axis", site.Opset < 13 ? 1 : -1), logarithm, flattens: site.Opset < 13)
    {
    }

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        if (x.Type == DataType.Float16)
        {
            // Sums in 11 bits would lose small terms.
            return ElementCast.To(Run<float>([ElementCast.To(x, DataType.Float32, context)], context), DataType.Float16, context);
        }

        Shape shape = x.Shape.Rank == 0 ? [1] : x.Shape;
        int along = OperatorInputs.Axis(axis, shape.Rank);
        int outer = shape.Product(0, along);
        int inner = flattens ? 1 : shape.Product(along + 1, shape.Rank);
        int length = x.Count == 0 ? 0 : x.Count / outer / inner;
        Tensor y = context.Allocate(x.Type, x.Shape);
        context.ForRanges(outer, (long)length * inner * 4, (start, end) =>
        {
            Span<T> row = inner == 1 ? [] : new T[2 * inner];
            for (int i = start; i < end; i++)
            {
                ReadOnlySpan<T> from = x.AsSpan<T>().Slice(i * length * inner, length * inner);
                Span<T> to = y.AsMutableSpan<T>().Slice(i * length * inner, length * inner);
                if (inner == 1)
                {
                    Along(from, to);
                }
                else
                {
                    Across(from, to, row[..inner], row[inner..]);
                }
            }
        });
        return y;
    }

    private void Along<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.IsEmpty)
        {
            return;
        }

        TensorPrimitives.Subtract(x, TensorPrimitives.Max(x), y);
        if (logarithm)
        {
            T sum = T.Zero;
            foreach (T value in y)
            {
                sum += T.Exp(value);
            }

            TensorPrimitives.Subtract(y, T.Log(sum), y);
        }
        else
        {
            PortableFunctions.Exp<T>(y, y);
            TensorPrimitives.Divide(y, OrderedSum.Of<T>(y), y);
        }
    }

    // Many interleaved columns: each step handles one element of all of them.
    private void Across<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> summary, Span<T> term)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int inner = summary.Length;
        x[..inner].CopyTo(summary);
        for (int i = inner; i < x.Length; i += inner)
        {
            TensorPrimitives.Max(summary, x.Slice(i, inner), summary);
        }

        for (int i = 0; i < x.Length; i += inner)
        {
            TensorPrimitives.Subtract(x.Slice(i, inner), summary, y.Slice(i, inner));
        }

        summary.Clear();
        for (int i = 0; i < x.Length; i += inner)
        {
            PortableFunctions.Exp<T>(y.Slice(i, inner), term);
            TensorPrimitives.Add(summary, term, summary);
            if (!logarithm)
            {
                term.CopyTo(y.Slice(i, inner));
            }
        }

        if (logarithm)
        {
            PortableFunctions.Each(summary, summary, T.Log);
        }

        for (int i = 0; i < x.Length; i += inner)
        {
            Span<T> row = y.Slice(i, inner);
            if (logarithm)
            {
                TensorPrimitives.Subtract(row, summary, row);
            }
            else
            {
                TensorPrimitives.Divide(row, summary, row);
            }
        }
    }
}
