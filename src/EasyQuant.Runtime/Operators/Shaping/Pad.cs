using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Shaping;

/// <summary>Pad: adds elements before and after along each dimension (or, negative, takes some away).</summary>
internal sealed class Pad(OperatorSite site) : WordOperator
{
    private readonly string _mode = site.Node.GetString("mode", "constant") switch
    {
        "constant" or "edge" or "reflect" or "wrap" => site.Node.GetString("mode", "constant"),
        string other => throw site.Unsupported($"mode '{other}'"),
    };

    private readonly bool _attributes = site.Opset < 11;
    private readonly long[] _pads = [.. site.Node.GetInts("pads") ?? site.Node.GetInts("paddings") ?? []];
    private readonly Tensor _value = Tensor.FromScalar(site.Node.GetFloat("value", 0));

    protected override Tensor?[] Run<TWord>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int rank = x.Shape.Rank;
        (int[] before, int[] after) = ReadPads(inputs, rank);
        int[] extents = new int[rank];
        for (int d = 0; d < rank; d++)
        {
            extents[d] = Math.Max(0, checked(x.Shape[d] + before[d] + after[d]));
        }

        Tensor result = context.Allocate(x.Type, new Shape(extents));
        if (result.Count == 0)
        {
            return [result];
        }

        int[][] sources = [.. Enumerable.Range(0, rank).Select(d => Sources(extents[d], before[d], x.Shape[d]))];
        TWord fill = FillOf<TWord>(x, inputs);
        if (rank == 0)
        {
            return [x];
        }

        int row = extents[^1];
        int[] strides = StridedCopy.DenseStrides(x.Shape);
        context.ForRanges(row == 0 ? 0 : result.Count / row, row, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                Span<TWord> to = Elements.Of<TWord>(result).Slice(i * row, row);
                int offset = RowOffset(i, extents, sources, strides);
                if (offset < 0)
                {
                    to.Fill(fill);
                }
                else
                {
                    CopyRow(Elements.Of<TWord>(x)[offset..], sources[^1], fill, to);
                }
            }
        });
        return [result];
    }

    // Row copies are short; a table per column serves every mode.
    private static void CopyRow<TWord>(ReadOnlySpan<TWord> from, int[] sources, TWord fill, Span<TWord> to)
    {
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = sources[i] < 0 ? fill : from[sources[i]];
        }
    }

    // Where the row comes from, or -1 where it lies outside.
    private static int RowOffset(int row, int[] extents, int[][] sources, int[] strides)
    {
        int offset = 0;
        for (int d = extents.Length - 2; d >= 0; d--)
        {
            (row, int index) = Math.DivRem(row, extents[d]);
            if (sources[d][index] < 0)
            {
                return -1;
            }

            offset += sources[d][index] * strides[d];
        }

        return offset;
    }

    // For each index of the result the index of the input, -1 for the fill value.
    private int[] Sources(int extent, int before, int inputExtent)
    {
        int[] sources = new int[extent];
        for (int i = 0; i < extent; i++)
        {
            int source = i - before;
            bool inside = source >= 0 && source < inputExtent;
            sources[i] = (inside, _mode) switch
            {
                (true, _) => source,
                (false, "constant") => -1,
                _ when inputExtent == 0 => throw new InvalidOperatorInputException($"Nothing can be repeated ('{_mode}') from an extent of 0."),
                (false, "edge") => Math.Clamp(source, 0, inputExtent - 1),
                (false, "wrap") => (source % inputExtent + inputExtent) % inputExtent,
                _ => Reflect(source, inputExtent),
            };
        }

        return sources;
    }

    private static int Reflect(int index, int extent)
    {
        int period = Math.Max(1, 2 * (extent - 1));
        int folded = (index % period + period) % period;
        return Math.Min(folded, period - folded) % extent;
    }

    private (int[] Before, int[] After) ReadPads(ReadOnlySpan<Tensor?> inputs, int rank)
    {
        long[] pads = _attributes ? _pads : inputs.Required(1).ToInt64s();
        int[] axes = inputs.Optional(3) is { } named
            ? Array.ConvertAll(named.ToInt64s(), a => OperatorInputs.Axis(a, rank))
            : [.. Enumerable.Range(0, rank)];
        if (pads.Length != 2 * axes.Length)
        {
            throw new InvalidOperatorInputException($"{pads.Length} pads are given for {axes.Length} dimensions, expected two for each.");
        }

        int[] before = new int[rank];
        int[] after = new int[rank];
        for (int i = 0; i < axes.Length; i++)
        {
            before[axes[i]] = checked((int)pads[i]);
            after[axes[i]] = checked((int)pads[axes.Length + i]);
        }

        return (before, after);
    }

    private TWord FillOf<TWord>(Tensor x, ReadOnlySpan<Tensor?> inputs)
        where TWord : unmanaged
    {
        Tensor? value = _attributes ? Conversion.ElementCast.To(_value, x.Type, new OperatorContext(Kernels.Threading.WorkerPool.Inline)) : inputs.Optional(2);
        return value is { Count: > 0 } ? Elements.Of<TWord>(value)[0] : default;
    }
}
