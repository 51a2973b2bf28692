using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Control;

/// <summary>A branch or a loop's body, made ready to run. It reads its own inputs and the values around it.</summary>
internal sealed class NestedGraph
{
    private readonly GraphPlan _plan;

    /// <summary>The graph that <paramref name="attribute"/> of the node holds.</summary>
    public NestedGraph(OperatorSite site, string attribute)
    {
        Graph graph = site.Node.Attributes.TryGetValue(attribute, out AttributeValue? value) && value is GraphAttribute nested
            ? nested.Value
            : throw new InvalidModelException($"{site.Node.Label}: attribute '{attribute}' is absent, expected a graph.");
        PreparedGraph prepared = new(graph, site.OpsetOf, graph.Inputs, site.Copies, site.Constant);
        prepared.Fold(new ExecutorOptions().LargestFoldedBytes);
        InputCount = graph.Inputs.Count;
        OutputCount = graph.Outputs.Count;
        _plan = GraphPlanBuilder.Build(prepared, [.. graph.Inputs, .. CapturedValues.Of(site.Node)], graph.Outputs, fuse: true);
    }

    /// <summary>The number of the graph's own inputs.</summary>
    public int InputCount { get; }

    /// <summary>The number of its outputs.</summary>
    public int OutputCount { get; }

    /// <summary>Computes the outputs.</summary>
    /// <param name="inputs">The graph's own inputs.</param>
    /// <param name="captured">The values that the node captures.</param>
    /// <param name="context">The context of the surrounding operator.</param>
    public Tensor[] Run(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor?> captured, OperatorContext context)
    {
        // A body without a node can go on for ever too.
        context.Cancellation.ThrowIfCancellationRequested();
        return _plan.Run([.. inputs, .. captured], context, context.Buffers ?? new BufferLease(new BufferPool()), observer: null);
    }
}
