using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Indexing;
using EasyQuant.Runtime.Operators.Shaping;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Sequences;

/// <summary>SequenceConstruct: a sequence of the inputs; SequenceEmpty, which has none, gives the empty one.</summary>
internal sealed class SequenceConstruct : SingleOutputOperator
{
    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor[] elements = new Tensor[inputs.Length];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = inputs.Required(i);
        }

        return Tensor.FromElements(elements);
    }
}

/// <summary>SequenceInsert: the sequence with a tensor before a position, by default at the end.</summary>
internal sealed class SequenceInsert : SingleOutputOperator
{
    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        List<Tensor> elements = [.. inputs.RequiredElements(0)];
        Tensor inserted = inputs.Required(1);
        int position = inputs.Optional(2) is { } given ? PositionOf(given.ToInt64(), elements.Count) : elements.Count;
        elements.Insert(position, inserted);
        return Tensor.FromElements(elements);
    }

    // Counted from the end, -1 is before the last element.
    private static int PositionOf(long position, int count) => position == count ? count : Indices.Along(position, count);
}

/// <summary>SequenceErase: the sequence without the tensor at a position, by default the last.</summary>
internal sealed class SequenceErase : SingleOutputOperator
{
    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        List<Tensor> elements = [.. inputs.RequiredElements(0)];
        elements.RemoveAt(Indices.Along(inputs.Optional(1)?.ToInt64() ?? -1, elements.Count));
        return Tensor.FromElements(elements);
    }
}

/// <summary>SequenceAt: the tensor at a position.</summary>
internal sealed class SequenceAt : SingleOutputOperator
{
    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        IReadOnlyList<Tensor> elements = inputs.RequiredElements(0);
        return elements[Indices.Along(inputs.Required(1).ToInt64(), elements.Count)];
    }
}

/// <summary>SequenceLength: the number of tensors.</summary>
internal sealed class SequenceLength : SingleOutputOperator
{
    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) =>
        Tensor.FromScalar((long)inputs.RequiredElements(0).Count);
}

/// <summary>ConcatFromSequence: the tensors behind one another along an axis, or along a new one.</summary>
internal sealed class ConcatFromSequence(OperatorSite site) : SingleOutputOperator
{
    private readonly long _axis = site.Node.GetInt("axis", 0);
    private readonly bool _isNewAxis = site.Node.GetInt("new_axis", 0) != 0;

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor[] elements = [.. inputs.RequiredElements(0)];
        if (elements.Length == 0)
        {
            throw new InvalidOperatorInputException("The sequence is empty, expected at least one tensor.");
        }

        int rank = elements[0].Shape.Rank;
        return _isNewAxis
            ? Concat.Stack(elements, OperatorInputs.Axis(_axis, rank + 1), context)
            : Concat.Run(elements, OperatorInputs.Axis(_axis, rank), context);
    }
}

/// <summary>SplitToSequence: pieces of a tensor along an axis, of given lengths, of one length (the last may be shorter), or each index for itself.</summary>
internal sealed class SplitToSequence(OperatorSite site) : SingleOutputOperator
{
    private readonly long _axis = site.Node.GetInt("axis", 0);
    private readonly bool _keepsAxis = site.Node.GetInt("keepdims", 1) != 0;

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int axis = OperatorInputs.Axis(_axis, x.Shape.Rank);
        int extent = x.Shape[axis];
        if (inputs.Optional(1) is not { } split)
        {
            return Tensor.FromElements(
                [.. Enumerable.Range(0, extent).Select(i => _keepsAxis ? AxisPart.Of(x, axis, i, 1, context) : AxisPart.At(x, axis, i, context))]);
        }

        long[] lengths = split.Shape.Rank == 0 ? EqualLengths(extent, split.ToInt64()) : split.ToInt64s();
        if (lengths.Any(l => l < 0 || l > extent) || lengths.Sum() != extent)
        {
            throw new InvalidOperatorInputException($"Lengths {string.Join(", ", lengths)} do not cut an extent of {extent}.");
        }

        List<Tensor> parts = [];
        int start = 0;
        foreach (int length in lengths)
        {
            parts.Add(AxisPart.Of(x, axis, start, length, context));
            start += length;
        }

        return Tensor.FromElements(parts);
    }

    private static long[] EqualLengths(int extent, long length) => length > 0
        ? [.. Enumerable.Range(0, checked((int)((extent + length - 1) / length))).Select(i => Math.Min(length, extent - i * length))]
        : throw new InvalidOperatorInputException($"Pieces of length {length} are asked for, expected at least 1.");
}
