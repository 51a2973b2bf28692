using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Shaping;

/// <summary>Concat: puts tensors behind one another along an axis.</summary>
internal sealed class Concat(long axis) : SingleOutputOperator, IBlockable
{
    // Before version 4 the axis could be left out.
    public Concat(OperatorSite site)
        : this(site.Node.GetInt("axis", 1))
    {
    }

    /// <summary>Blocks follow one another as channels do, unless one before the last is not full.</summary>
    public BlockedForm? Blocked(ReadOnlySpan<int?> channels)
    {
        int sum = 0;
        foreach (int? part in channels)
        {
            if (part is not { } count || sum % ChannelBlocks.Lanes != 0)
            {
                return null;
            }

            sum += count;
        }

        return axis is 1 or -3 ? new BlockedForm(axis == 1 ? this : new Concat(1), sum) : null;
    }

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor[] parts = new Tensor[inputs.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = inputs.Required(i);
        }

        return Run(parts, OperatorInputs.Axis(axis, parts[0].Shape.Rank), context);
    }

    /// <summary>The tensors behind one another along <paramref name="axis"/>.</summary>
    public static Tensor Run(Tensor[] parts, int axis, OperatorContext context)
    {
        Tensor first = parts[0];
        if (first.Type.BitWidth() < 8)
        {
            return NumberedElements.Move(parts, first.Type, (numbers, context) => [Run(numbers.ToArray()!, axis, context)], context)[0]!;
        }

        int[] extents = first.Shape.ToArray();
        extents[axis] = 0;
        foreach (Tensor part in parts)
        {
            CheckFits(first, part, axis);
            extents[axis] = checked(extents[axis] + part.Shape[axis]);
        }

        Shape shape = new(extents);
        Tensor result = context.Allocate(first.Type, shape);
        int outer = shape.Product(0, axis);
        int bytes = first.Type.BitWidth() / 8;
        int inner = shape.Product(axis + 1, shape.Rank) * bytes;
        int[] starts = new int[parts.Length];
        for (int i = 1; i < parts.Length; i++)
        {
            starts[i] = starts[i - 1] + parts[i - 1].Shape[axis] * inner;
        }

        context.ForRanges(outer * parts.Length, result.Count / Math.Max(1, outer * parts.Length), (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                (int row, int part) = Math.DivRem(i, parts.Length);
                int length = parts[part].Shape[axis] * inner;
                parts[part].Bytes.Span.Slice(row * length, length)
                    .CopyTo(Elements.Bytes(result).Slice(row * extents[axis] * inner + starts[part], length));
            }
        });
        return result;
    }

    /// <summary>The tensors, of one shape, behind one another along a new axis.</summary>
    public static Tensor Stack(IReadOnlyList<Tensor> slices, int axis, OperatorContext context) =>
        Run([.. slices.Select(s => s.Reshape(new Shape([.. s.Shape.Take(axis), 1, .. s.Shape.Skip(axis)])))], axis, context);

    private static void CheckFits(Tensor first, Tensor part, int axis)
    {
        bool fits = part.Type == first.Type && part.Shape.Rank == first.Shape.Rank;
        for (int d = 0; fits && d < first.Shape.Rank; d++)
        {
            fits = d == axis || part.Shape[d] == first.Shape[d];
        }

        if (!fits)
        {
            throw new InvalidOperatorInputException($"{part} does not fit behind {first} along dimension {axis}.");
        }
    }
}
