using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Shaping;

/// <summary>Split: cuts a tensor along an axis into given or equal lengths.</summary>
internal sealed class Split(OperatorSite site) : WordOperator
{
    private readonly long _axis = site.Node.GetInt("axis", 0);
    private readonly int _parts = site.Node.Outputs.Count;
    private readonly bool _lengthsAreInput = site.Opset >= 13;
    private readonly long[]? _lengths = site.Node.GetInts("split")?.ToArray();

    protected override Tensor?[] Run<TWord>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int axis = OperatorInputs.Axis(_axis, x.Shape.Rank);
        int extent = x.Shape[axis];
        long[] lengths = (_lengthsAreInput ? inputs.Optional(1)?.ToInt64s() : _lengths) ?? EqualLengths(extent);
        if (lengths.Length != _parts || lengths.Sum() != extent || lengths.Any(l => l < 0))
        {
            throw new InvalidOperatorInputException($"Lengths {string.Join(", ", lengths)} do not cut an extent of {extent} into {_parts} parts.");
        }

        int[] strides = StridedCopy.DenseStrides(x.Shape);
        Tensor?[] parts = new Tensor?[_parts];
        int start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            int[] extents = x.Shape.ToArray();
            extents[axis] = (int)lengths[i];
            parts[i] = StridedCopy.Run<TWord>(x, start * strides[axis], new Shape(extents), strides, context);
            start += (int)lengths[i];
        }

        return parts;
    }

    // The last part is shorter where the extent cannot be divided.
    private long[] EqualLengths(int extent)
    {
        int length = (extent + _parts - 1) / _parts;
        return [.. Enumerable.Range(0, _parts).Select(i => (long)Math.Clamp(extent - i * length, 0, length))];
    }
}
