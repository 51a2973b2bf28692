using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Shaping;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Control;

/// <summary>What the turns of a loop add to its scan outputs: a slice each, held until all are put together.</summary>
internal sealed class ScanOutputs(int count, OperatorContext context)
{
    // What a tensor takes beside its elements.
    private const long TensorOverhead = 128;

    private readonly List<Tensor>[] _slices = [.. Enumerable.Range(0, count).Select(_ => new List<Tensor>())];
    private long _bytes;

    /// <summary>Adds the slices of one turn.</summary>
    /// <exception cref="MemoryLimitException">There are more than an output, or the run, may have.</exception>
    public void Add(ReadOnlySpan<Tensor> slices)
    {
        for (int i = 0; i < _slices.Length; i++)
        {
            context.Buffers?.Hold(slices[i]);
            _slices[i].Add(slices[i]);
            _bytes += slices[i].ByteLength + TensorOverhead;
        }

        if (_bytes > context.MemoryLimit)
        {
            throw new MemoryLimitException($"Its scan outputs take more than {context.MemoryLimit} bytes after {_slices[0].Count} turns.");
        }
    }

    /// <summary>The slices of all turns behind one another along a new axis, which may depend on the slices' rank.</summary>
    /// <param name="axisOf">The axis of an output.</param>
    /// <param name="isReversed">Whether the last turn's slice comes first.</param>
    public Tensor[] Stack(Func<int, int> axisOf, Predicate<int>? isReversed = null)
    {
        Tensor[] outputs = new Tensor[_slices.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            if (_slices[i].Count == 0)
            {
                throw new InvalidOperatorInputException("A scan output of a loop without a turn has no shape.");
            }

            Tensor[] ordered = isReversed?.Invoke(i) == true ? [.. Enumerable.Reverse(_slices[i])] : [.. _slices[i]];
            outputs[i] = Concat.Stack(ordered, axisOf(i), context);
        }

        foreach (Tensor slice in _slices.SelectMany(s => s))
        {
            context.Buffers?.Relinquish(slice);
        }

        return outputs;
    }

    /// <summary>The number of dimensions of an output's slices.</summary>
    public int SliceRank(int output) => _slices[output].Count > 0 ? _slices[output][0].Shape.Rank : 0;
}
