using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Reduction;

/// <summary>Which dimensions a reduction folds, and whether they stay with extent 1.</summary>
internal sealed class ReductionAxes(OperatorSite site, int axesInputSince)
{
    private readonly AxesArgument _axes = new(site, axesInputSince);
    private readonly bool _keep = site.Node.GetInt("keepdims", 1) != 0;
    private readonly bool _noneMeansNone = site.Node.GetInt("noop_with_empty_axes", 0) != 0;

    /// <summary>The dimensions, ascending; by default all.</summary>
    public int[] Read(ReadOnlySpan<Tensor?> inputs)
    {
        int rank = inputs.Required(0).Shape.Rank;
        return _axes.Read(inputs) is { Length: > 0 } named ? OperatorInputs.Axes(named, rank)
            : _noneMeansNone ? [] : [.. Enumerable.Range(0, rank)];
    }

    /// <summary>The result's shape.</summary>
    public Shape OutputShape(Shape input, int[] axes)
    {
        IEnumerable<int> kept = _keep
            ? input.Select((e, d) => axes.Contains(d) ? 1 : e)
            : input.Where((_, d) => !axes.Contains(d));
        return new Shape([.. kept]);
    }
}
