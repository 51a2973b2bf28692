using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Shaping;

/// <summary>An operator that shows the same elements under another shape; nothing is copied.</summary>
internal abstract class Reshaping : SingleOutputOperator
{
    protected sealed override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        return x.Reshape(ShapeOf(x, inputs));
    }

    protected abstract Shape ShapeOf(Tensor x, ReadOnlySpan<Tensor?> inputs);
}

/// <summary>Passes its input on (Identity, and Dropout outside training with a mask of ones).</summary>
internal sealed class Identity : IOperator
{
    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) => [inputs.Required(0)];
}

/// <summary>Reshape: 0 takes the input's extent (unless that is allowed as an extent), one −1 is what remains.</summary>
internal sealed class Reshape(OperatorSite site) : Reshaping
{
    private readonly bool _allowZero = site.Node.GetInt("allowzero", 0) != 0;
    private readonly long[]? _attribute = site.Opset < 5 ? [.. site.Node.GetInts("shape") ?? []] : null;

    protected override Shape ShapeOf(Tensor x, ReadOnlySpan<Tensor?> inputs)
    {
        long[] wanted = _attribute ?? inputs.Required(1).ToInt64s();
        long[] extents = [.. wanted];
        int rest = -1;
        long product = 1;
        for (int d = 0; d < extents.Length; d++)
        {
            if (extents[d] == 0 && !_allowZero)
            {
                extents[d] = d < x.Shape.Rank ? x.Shape[d] : throw Misfit(x, wanted);
            }

            if (extents[d] == -1)
            {
                rest = rest < 0 ? d : throw Misfit(x, wanted);
            }
            else
            {
                product = checked(product * extents[d]);
            }
        }

        if (rest >= 0)
        {
            extents[rest] = product > 0 && x.Count % product == 0 ? x.Count / product : throw Misfit(x, wanted);
        }

        return Array.Exists(extents, e => e < 0) ? throw Misfit(x, wanted) : Shape.FromInt64(extents);
    }

    private static InvalidOperatorInputException Misfit(Tensor x, long[] wanted) =>
        new($"{x} with {x.Count} elements cannot be reshaped to [{string.Join(", ", wanted)}].");
}

/// <summary>Flatten: two dimensions, those before the axis and those from it on.</summary>
internal sealed class Flatten(OperatorSite site) : Reshaping
{
    private readonly long _axis = site.Node.GetInt("axis", 1);

    protected override Shape ShapeOf(Tensor x, ReadOnlySpan<Tensor?> inputs)
    {
        int axis = _axis == x.Shape.Rank ? x.Shape.Rank : OperatorInputs.Axis(_axis, x.Shape.Rank);
        return [x.Shape.Product(0, axis), x.Shape.Product(axis, x.Shape.Rank)];
    }
}

/// <summary>Squeeze: drops dimensions of extent 1, the named ones or all.</summary>
internal sealed class Squeeze(OperatorSite site) : Reshaping
{
    private readonly AxesArgument _axes = new(site, since: 13);

    protected override Shape ShapeOf(Tensor x, ReadOnlySpan<Tensor?> inputs)
    {
        if (_axes.Read(inputs) is not { } named)
        {
            return new Shape([.. x.Shape.Where(e => e != 1)]);
        }

        int[] axes = OperatorInputs.Axes(named, x.Shape.Rank);
        foreach (int axis in axes)
        {
            if (x.Shape[axis] != 1)
            {
                throw new InvalidOperatorInputException($"Dimension {axis} of {x} has extent {x.Shape[axis]}; only an extent of 1 can be dropped.");
            }
        }

        return new Shape([.. x.Shape.Where((_, d) => !axes.Contains(d))]);
    }
}

/// <summary>Unsqueeze: puts dimensions of extent 1 at the named places of the result.</summary>
internal sealed class Unsqueeze(OperatorSite site) : Reshaping
{
    private readonly AxesArgument _axes = new(site, since: 13);

    protected override Shape ShapeOf(Tensor x, ReadOnlySpan<Tensor?> inputs)
    {
        long[] named = _axes.Read(inputs) ?? throw new InvalidOperatorInputException("The axes are absent.");
        int[] axes = OperatorInputs.Axes(named, x.Shape.Rank + named.Length);
        List<int> extents = [.. x.Shape];
        foreach (int axis in axes)
        {
            extents.Insert(axis, 1);
        }

        return new Shape([.. extents]);
    }
}
