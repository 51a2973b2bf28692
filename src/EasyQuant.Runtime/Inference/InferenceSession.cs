using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference.Execution;
using EasyQuant.Runtime.Inference.Lowering;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Prepared;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference;

/// <summary>Runs a quantized model in integers. May be shared between threads.</summary>
/// <remarks>
/// <para>The results are the same bytes on every instruction set and for every number of threads.</para>
/// <para>Whoever runs a model often with inputs of the same extents uses <see cref="CreateRequest"/>: it allocates nothing in a run.</para>
/// </remarks>
public sealed class InferenceSession : IModelExecutor
{
    private readonly Model _model;
    private readonly InputValidation _inputs;
    private readonly WorkerPool _workers;
    private readonly KernelSet _kernels;
    private readonly PlanCache _plans;
    private readonly SharedWeights _weights = new();
    private int _isDisposed;

    /// <summary>Makes a model ready to run; what depends on the extents of the inputs is done when they are first seen.</summary>
    /// <param name="model">The model; not to be changed any more.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="ArgumentException">The options name no level of instructions, or keep no plan.</exception>
    /// <exception cref="PlatformNotSupportedException">The options name a level that cannot be used here.</exception>
    public InferenceSession(Model model, SessionOptions? options = null)
    {
        options ??= new SessionOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.KeptPlans, 1);
        _model = model;
        _inputs = new InputValidation([.. model.Graph.RequiredInputs]);
        _kernels = new KernelSet(options.Isa, options.Winograd, options.Threads);
        _workers = new WorkerPool(options.Threads);
        _plans = new PlanCache(options.KeptPlans, MakePlan, _workers);
        InputMetadata = [.. _inputs.Declared.Select(TensorMetadata.Of)];
        OutputMetadata = [.. model.Graph.Outputs.Select(TensorMetadata.Of)];
    }

    /// <summary>Loads a prepared model (<c>.eqm</c>), as <c>easyquant compile</c> makes them from ONNX models.</summary>
    /// <remarks>An ONNX model is read with <c>OnnxModelReader</c> of EasyQuant.Onnx and given to the constructor.</remarks>
    /// <param name="path">The file; it may be replaced, but not changed, while the session lives.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="InvalidModelException">There is no such file, or it is no usable prepared model.</exception>
    /// <inheritdoc cref="InferenceSession(Model, SessionOptions)"/>
    public static InferenceSession Load(string path, SessionOptions? options = null) => new(PreparedModelFile.Read(path), options);

    /// <inheritdoc/>
    public string Engine => "integer";

    /// <summary>The instruction set that convolutions use.</summary>
    public string Isa => _kernels.Convolution.Isa;

    /// <summary>What has to be fed.</summary>
    public IReadOnlyList<TensorMetadata> InputMetadata { get; }

    /// <summary>What is computed.</summary>
    public IReadOnlyList<TensorMetadata> OutputMetadata { get; }

    /// <summary>What the model carries beside its graph: how pictures are prepared, how it was quantized.</summary>
    public IReadOnlyDictionary<string, string> ModelMetadata => _model.Metadata;

    /// <summary>The integer form of the model for inputs of these extents.</summary>
    /// <exception cref="InvalidModelException">The extents do not fit the model.</exception>
    public IntegerNetwork NetworkFor(IReadOnlyDictionary<string, Shape> inputShapes)
    {
        RunState state = _plans.Rent(_inputs.CheckShapes(inputShapes));
        _plans.Return(state);
        return state.Plan.Network;
    }

    /// <summary>Products of the row kernels by how many groups are added in 16 bits.</summary>
    internal IReadOnlyDictionary<int, long> WideningPeriods(IReadOnlyDictionary<string, Shape> inputShapes)
    {
        RunState state = _plans.Rent(_inputs.CheckShapes(inputShapes));
        _plans.Return(state);
        return state.Plan.WideningPeriods();
    }

    /// <summary>What is run for inputs of these extents, step by step.</summary>
    /// <param name="inputShapes">As <see cref="CreateRequest"/> takes them.</param>
    /// <inheritdoc cref="CreateRequest"/>
    public IReadOnlyList<PlanLine> DescribePlan(IReadOnlyDictionary<string, Shape>? inputShapes = null)
    {
        RunState state = _plans.Rent(_inputs.CheckShapes(inputShapes ?? new Dictionary<string, Shape>()));
        _plans.Return(state);
        return state.Plan.Describe();
    }

    /// <summary>Inputs, outputs and memory for runs with inputs of the same extents, to be used again and again by one caller.</summary>
    /// <param name="inputShapes">The extents of inputs by name; those that the model fixes may be left out, a batch that it leaves open is then 1.</param>
    /// <exception cref="ArgumentException">The extents do not fit what the model declares.</exception>
    /// <exception cref="InvalidModelException">The model cannot be computed with them.</exception>
    public InferenceRequest CreateRequest(IReadOnlyDictionary<string, Shape>? inputShapes = null)
    {
        Shape[] shapes = _inputs.CheckShapes(inputShapes ?? new Dictionary<string, Shape>());
        return new InferenceRequest(this, _plans.Rent(shapes), shapes);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancellationToken = default) =>
        Run(inputs, null, cancellationToken);

    /// <summary>Computes the model's outputs on a thread of the thread pool.</summary>
    /// <inheritdoc cref="Run(IReadOnlyDictionary{string, Tensor}, CancellationToken)"/>
    public Task<IReadOnlyDictionary<string, Tensor>> RunAsync(IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancellationToken = default) =>
        Task.Run(() => Run(inputs, cancellationToken), cancellationToken);

    /// <summary>Measures each computation of the network on its own, in whole runs.</summary>
    /// <param name="inputs">What to run on.</param>
    /// <param name="runs">How many runs are measured; half as many go before them.</param>
    /// <param name="cancellationToken">Ends the measurement between two steps.</param>
    /// <returns>For each computation the median over the runs, in their order.</returns>
    /// <exception cref="ArgumentException">The inputs do not fit what the model declares, or no run is asked for.</exception>
    public IReadOnlyList<StepTime> MeasureSteps(IReadOnlyDictionary<string, Tensor> inputs, int runs, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        Tensor?[] fed = _inputs.Check(inputs);
        RunState state = _plans.Rent(Array.ConvertAll(fed, f => f!.Shape));
        try
        {
            return StepTime.Measure(state, fed, runs, cancellationToken);
        }
        finally
        {
            Return(state);
        }
    }

    /// <summary>Computes the outputs, showing every integer tensor on the way, its elements in the order of the graph.</summary>
    internal IReadOnlyDictionary<string, Tensor> Run(
        IReadOnlyDictionary<string, Tensor> inputs, Action<QuantizedTensor, byte[]>? observer, CancellationToken cancellationToken)
    {
        Tensor?[] fed = _inputs.Check(inputs);
        RunState state = _plans.Rent(Array.ConvertAll(fed, f => f!.Shape));
        try
        {
            for (int i = 0; i < fed.Length; i++)
            {
                state.Floats[state.Plan.InputSlots[i]] = fed[i];
            }

            state.Plan.Run(state, observer, cancellationToken);

            // What the plan keeps is written again by the next run.
            OrderedDictionary<string, Tensor> outputs = [];
            for (int i = 0; i < OutputMetadata.Count; i++)
            {
                outputs[OutputMetadata[i].Name] = state.Plan.Output(state, i).Copy();
            }

            return outputs;
        }
        finally
        {
            Return(state);
        }
    }

    /// <summary>Takes a run's memory back.</summary>
    internal void Return(RunState state)
    {
        state.Forget();
        _plans.Return(state);
    }

    /// <summary>Ends the threads and frees the memory of plans and runs, that of a request when it is disposed. No run may be going on.</summary>
    public void Dispose()
    {
        _workers.Dispose();
        _plans.Dispose();
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _weights.Release();
        }
    }

    private NetworkPlan MakePlan(Shape[] shapes)
    {
        Dictionary<string, Shape> named = InputMetadata.Zip(shapes).ToDictionary(p => p.First.Name, p => p.Second);
        return new NetworkPlan(_weights.Unify(NetworkLowering.Lower(_model, named)), _kernels, _weights);
    }
}
