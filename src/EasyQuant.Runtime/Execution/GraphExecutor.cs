using System.Collections.Concurrent;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Execution;

/// <summary>Computes a model's outputs from its inputs. May be shared between threads; the model must not be changed meanwhile.</summary>
/// <remarks>
/// Constants are folded and packed when the executor is made. A Relu or Clip is computed together with the Conv, Gemm or BatchNormalization before it, except where
/// an observer looks on; the numbers are the same either way.
/// </remarks>
public sealed class GraphExecutor : IModelExecutor
{
    private const int OldestVersionWithVariableInitializers = 4;

    private readonly Model _model;
    private readonly PreparedGraph _prepared;
    private readonly InputValidation _inputs;
    private readonly WorkerPool _workers;
    private readonly BufferPool _buffers;
    private readonly GraphPlan _plan;
    private readonly Lazy<GraphPlan> _observedPlan;
    private readonly ConcurrentDictionary<string, GraphPlan> _partialPlans = [];

    /// <summary>Makes <paramref name="model"/> ready to run.</summary>
    /// <exception cref="UnsupportedOperatorException">The model calls an operator that is not implemented.</exception>
    /// <exception cref="InvalidModelException">The model contradicts itself.</exception>
    public GraphExecutor(Model model, ExecutorOptions? options = null)
    {
        options ??= new ExecutorOptions();
        _model = model;
        _buffers = new BufferPool(options.MemoryLimit);
        Graph graph = model.Graph;

        // Before version 4 of the format every initializer had to be listed among the inputs and was still a constant.
        Value[] variable = model.IrVersion < OldestVersionWithVariableInitializers ? [] : [.. graph.Inputs];
        _inputs = new InputValidation([.. graph.Inputs.Where(i => i.Constant is null || variable.Contains(i))]);
        _prepared = new PreparedGraph(graph, OpsetOf, variable, new CopyBudget(options.ConstantCopyBytes));
        if (options.FoldConstants)
        {
            _prepared.Fold(options.LargestFoldedBytes);
        }

        _plan = GraphPlanBuilder.Build(_prepared, _inputs.Declared, graph.Outputs, fuse: true);
        _observedPlan = new Lazy<GraphPlan>(() => GraphPlanBuilder.Build(_prepared, _inputs.Declared, graph.Outputs, fuse: false));
        _workers = new WorkerPool(options.Threads);
    }

    /// <inheritdoc/>
    public string Engine => "float";

    /// <summary>How many threads one run uses.</summary>
    public int Threads => _workers.Threads;

    /// <summary>The steps of a run in order, for timings and explanations.</summary>
    internal GraphPlan Plan => _plan;

    /// <summary>Computes the model's outputs.</summary>
    /// <param name="inputs">A tensor for each input without a default, by name.</param>
    /// <param name="cancellationToken">Ends the run between two operators.</param>
    /// <returns>A tensor for each output, by name; they belong to the caller.</returns>
    /// <exception cref="ArgumentException">An input is missing, not known, or not of the declared type and shape.</exception>
    /// <exception cref="InvalidModelException">An operator cannot compute with what it gets.</exception>
    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancellationToken = default) =>
        Run(_plan, _model.Graph.Outputs, inputs, null, cancellationToken);

    /// <summary>Computes the model's outputs and shows every value on the way.</summary>
    /// <param name="inputs">A tensor for each input without a default, by name.</param>
    /// <param name="observer">
    /// Called on this thread for every output of every node, in the order of computation. The tensor is valid during the call only: its
    /// buffer is used again. Values known before the run (constants and what follows from them alone) are not shown.
    /// </param>
    /// <param name="cancellationToken">Ends the run between two operators.</param>
    /// <inheritdoc cref="Run(IReadOnlyDictionary{string, Tensor}, CancellationToken)"/>
    public IReadOnlyDictionary<string, Tensor> Run(
        IReadOnlyDictionary<string, Tensor> inputs, Action<Value, Tensor> observer, CancellationToken cancellationToken = default) =>
        Run(_observedPlan.Value, _model.Graph.Outputs, inputs, observer, cancellationToken);

    /// <summary>Computes certain values, inner ones too, and nothing that they do not need.</summary>
    /// <param name="inputs">A tensor for each input without a default, by name.</param>
    /// <param name="outputNames">The names of the values to compute.</param>
    /// <param name="cancellationToken">Ends the run between two operators.</param>
    /// <inheritdoc cref="Run(IReadOnlyDictionary{string, Tensor}, CancellationToken)"/>
    public IReadOnlyDictionary<string, Tensor> Run(
        IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyCollection<string> outputNames, CancellationToken cancellationToken = default)
    {
        Dictionary<string, Value> byName = _model.Graph.AllValues().GroupBy(v => v.Name).ToDictionary(g => g.Key, g => g.First());
        List<Value> outputs = [.. outputNames.Distinct().Select(name => byName.TryGetValue(name, out Value? value)
            ? value
            : throw new ArgumentException($"The model has no value '{name}'.{Suggestion.For(name, byName.Keys)}", nameof(outputNames)))];
        GraphPlan plan = _partialPlans.GetOrAdd(
            string.Join('\0', outputs.Select(o => o.Name)), _ => GraphPlanBuilder.Build(_prepared, _inputs.Declared, outputs, fuse: true));
        return Run(plan, outputs, inputs, null, cancellationToken);
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose() => _workers.Dispose();

    private OrderedDictionary<string, Tensor> Run(
        GraphPlan plan, List<Value> outputs, IReadOnlyDictionary<string, Tensor> inputs, Action<Value, Tensor>? observer, CancellationToken cancellation)
    {
        Tensor?[] fed = _inputs.Check(inputs);
        using BufferLease buffers = new(_buffers);
        OperatorContext context = new(_workers, buffers, cancellation);
        Tensor[] results = plan.Run(fed, context, buffers, observer);
        OrderedDictionary<string, Tensor> named = [];
        for (int i = 0; i < results.Length; i++)
        {
            buffers.GiveAway(results[i]);
            named[outputs[i].Name] = results[i];
        }

        return named;
    }

    private int OpsetOf(string domain) => domain.Length == 0
        ? _model.Opset
        : _model.OpsetImports.TryGetValue(domain, out long version) ? (int)version : 1;
}
