using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Reduction;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Pooling;

/// <summary>Folds the window of every output over pictures: columns first, each as whole rows, then along the row.</summary>
/// <remarks>A third spatial dimension and more are taken one tap at a time.</remarks>
internal static class Pool
{
    /// <summary>The folded planes; what lies in the padding is left out.</summary>
    public static Tensor Run<T, TFold>(Tensor x, WindowWalk walk, OperatorContext context)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
        where TFold : struct, IFold
    {
        Tensor y = context.Allocate(x.Type, walk.OutputShape(x.Shape[0], x.Shape[1]));
        int inputs = walk.InputCount;
        int outputs = walk.OutputCount;
        context.ForRanges(x.Shape[0] * x.Shape[1], (long)outputs * walk.KernelCount, (start, end) =>
        {
            T[] row = new T[walk.Axes[^1].Input];
            for (int i = start; i < end; i++)
            {
                ReadOnlySpan<T> from = x.AsSpan<T>().Slice(i * inputs, inputs);
                Span<T> to = y.AsMutableSpan<T>().Slice(i * outputs, outputs);
                if (walk.Axes.Count <= 2)
                {
                    WindowAxis vertical = walk.Axes.Count == 2 ? walk.Axes[0] : new WindowAxis(1, 1, 1, 1, 1, 0, 0);
                    Plane<T, TFold>(from, to, vertical, walk.Axes[^1], row);
                }
                else
                {
                    Taps<T, TFold>(from, to, walk);
                }
            }
        });
        return y;
    }

    private static void Plane<T, TFold>(ReadOnlySpan<T> from, Span<T> to, WindowAxis vertical, WindowAxis horizontal, Span<T> row)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
        where TFold : struct, IFold
    {
        for (int o = 0; o < vertical.Output; o++)
        {
            bool isFirst = true;
            for (int k = 0; k < vertical.Kernel; k++)
            {
                int source = vertical.First(o) + k * vertical.Dilation;
                if (source < 0 || source >= vertical.Input)
                {
                    continue;
                }

                ReadOnlySpan<T> line = from.Slice(source * horizontal.Input, horizontal.Input);
                if (isFirst)
                {
                    line.CopyTo(row);
                    isFirst = false;
                }
                else
                {
                    TFold.Across(line, row);
                }
            }

            Span<T> result = to.Slice(o * horizontal.Output, horizontal.Output);
            result.Fill(TFold.Start<T>());
            if (!isFirst)
            {
                Row<T, TFold>(row, result, horizontal);
            }
        }
    }

    private static void Row<T, TFold>(ReadOnlySpan<T> row, Span<T> result, WindowAxis axis)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
        where TFold : struct, IFold
    {
        // With a stride the taps of all outputs are first brought side by side.
        Span<T> gathered = axis.Stride == 1 ? [] : row.Length <= 1024 ? stackalloc T[result.Length] : new T[result.Length];
        for (int k = 0; k < axis.Kernel; k++)
        {
            (int start, int end) = axis.Inside(k);
            int source = axis.First(start) + k * axis.Dilation;
            if (end <= start)
            {
                continue;
            }

            if (axis.Stride == 1)
            {
                TFold.Across(row.Slice(source, end - start), result[start..end]);
                continue;
            }

            for (int i = 0; i < end - start; i++)
            {
                gathered[i] = row[source + i * axis.Stride];
            }

            TFold.Across(gathered[..(end - start)], result[start..end]);
        }
    }

    private static void Taps<T, TFold>(ReadOnlySpan<T> from, Span<T> to, WindowWalk walk)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
        where TFold : struct, IFold
    {
        int taps = walk.KernelCount;
        to.Fill(TFold.Start<T>());
        for (int o = 0; o < to.Length; o++)
        {
            for (int k = 0; k < taps; k++)
            {
                int source = walk.Source(o, k);
                if (source >= 0)
                {
                    TFold.Across(from.Slice(source, 1), to.Slice(o, 1));
                }
            }
        }
    }
}
