using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Indexing;

/// <summary>Unique: each different element, or slice along an axis, once, in ascending order or in that of first occurrence; where each stood first, which one each input is, and how often it occurs.</summary>
internal sealed class Unique(OperatorSite site) : IOperator
{
    private readonly long? _axis = site.Node.Attributes.ContainsKey("axis") ? site.Node.GetInt("axis", 0) : null;
    private readonly bool _isSorted = site.Node.GetInt("sorted", 1) != 0;

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = _axis is null ? inputs.Required(0).Reshape([inputs.Required(0).Count]) : inputs.Required(0);
        int axis = OperatorInputs.Axis(_axis ?? 0, x.Shape.Rank);
        int[][] slices = Slices(Ranks(x, context), x.Shape, axis);
        SortedDictionary<int[], int> first = new(Comparer<int[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
        for (int i = 0; i < slices.Length; i++)
        {
            first.TryAdd(slices[i], i);
        }

        int[] chosen = _isSorted ? [.. first.Values] : [.. first.Values.Order()];
        Dictionary<int, int> numberOf = chosen.Index().ToDictionary(p => p.Item, p => p.Index);
        int[] inverse = Array.ConvertAll(slices, s => numberOf[first[s]]);
        long[] counts = new long[chosen.Length];
        foreach (int number in inverse)
        {
            counts[number]++;
        }

        Tensor indices = Tensor.From(Array.ConvertAll(chosen, i => (long)i), [chosen.Length]);
        Tensor y = Gather.Run(x, indices, axis, context);
        return [y, indices, Tensor.From(Array.ConvertAll(inverse, i => (long)i), [inverse.Length]), Tensor.From(counts, [counts.Length])];
    }

    // The elements by their numbers in ascending order, so that everything else compares integers.
    private static int[] Ranks(Tensor x, OperatorContext context)
    {
        if (x.Type == DataType.String)
        {
            return RanksOf([.. x.Strings], string.CompareOrdinal);
        }

        IOperator numbers = new NumberRanks();
        return numbers.Run([x], context)[0]!.AsSpan<int>().ToArray();
    }

    private static int[] RanksOf<T>(T[] elements, Comparison<T> order)
    {
        int[] places = [.. Enumerable.Range(0, elements.Length).OrderBy(i => elements[i], Comparer<T>.Create(order))];
        int[] ranks = new int[elements.Length];
        for (int i = 1; i < places.Length; i++)
        {
            bool isEqual = order(elements[places[i - 1]], elements[places[i]]) == 0;
            ranks[places[i]] = ranks[places[i - 1]] + (isEqual ? 0 : 1);
        }

        return ranks;
    }

    private static int[][] Slices(int[] ranks, Shape shape, int axis)
    {
        int inner = shape.Product(axis + 1, shape.Rank);
        int outer = shape.Product(0, axis);
        int[][] slices = new int[shape[axis]][];
        for (int i = 0; i < slices.Length; i++)
        {
            slices[i] = new int[outer * inner];
            for (int k = 0; k < slices[i].Length; k++)
            {
                slices[i][k] = ranks[(k / inner * slices.Length + i) * inner + k % inner];
            }
        }

        return slices;
    }

    private sealed class NumberRanks : NumberOrBoolOperator
    {
        protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
        {
            Tensor x = inputs.Required(0);
            return Tensor.From(RanksOf(Elements.Of<T>(x).ToArray(), (a, b) => a.CompareTo(b)), x.Shape);
        }
    }
}
