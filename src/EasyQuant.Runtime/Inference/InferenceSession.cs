using System.Collections.Concurrent;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference.Execution;
using EasyQuant.Runtime.Inference.Lowering;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference;

/// <summary>Runs a quantized model in integers. May be shared between threads.</summary>
/// <remarks>The results are the same bytes on every instruction set and for every number of threads.</remarks>
public sealed class InferenceSession : IModelExecutor
{
    private readonly Model _model;
    private readonly InputValidation _inputs;
    private readonly WorkerPool _workers;
    private readonly KernelSet _kernels;
    private readonly ConcurrentDictionary<string, Lazy<Prepared>> _prepared = [];

    /// <summary>Makes a model ready to run; extents that it leaves open are planned for when they are first seen.</summary>
    /// <param name="model">The model; not to be changed any more.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="ArgumentException">The options name no level of instructions.</exception>
    /// <exception cref="PlatformNotSupportedException">The options name one that cannot be used here.</exception>
    public InferenceSession(Model model, SessionOptions? options = null)
    {
        options ??= new SessionOptions();
        _model = model;
        _inputs = new InputValidation([.. model.Graph.RequiredInputs]);
        _workers = new WorkerPool(options.Threads);
        _kernels = new KernelSet(options.Isa);
    }

    /// <inheritdoc/>
    public string Engine => "integer";

    /// <summary>The instruction set that convolutions use.</summary>
    public string Isa => _kernels.Convolution.Isa;

    /// <summary>The integer form of the model for inputs of these extents.</summary>
    /// <exception cref="InvalidModelException">The extents do not fit the model.</exception>
    public IntegerNetwork NetworkFor(IReadOnlyDictionary<string, Shape> inputShapes) => PreparedFor(inputShapes).Plan.Network;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancellationToken = default) =>
        Run(inputs, null, cancellationToken);

    /// <summary>The same, showing every integer tensor on the way, its elements in the order of the graph.</summary>
    internal IReadOnlyDictionary<string, Tensor> Run(
        IReadOnlyDictionary<string, Tensor> inputs, Action<QuantizedTensor, byte[]>? observer, CancellationToken cancellationToken)
    {
        Tensor?[] fed = _inputs.Check(inputs);
        Prepared prepared = PreparedFor(inputs.ToDictionary(i => i.Key, i => i.Value.Shape));
        RunState state = prepared.Idle.TryTake(out RunState? idle) ? idle : new RunState(prepared.Plan.ArenaBytes, _workers);
        try
        {
            for (int i = 0; i < fed.Length; i++)
            {
                state.Floats[prepared.Plan.Network.Inputs[i]] = fed[i]!;
            }

            prepared.Plan.Run(state, observer, cancellationToken);
            return prepared.Plan.Network.Outputs.ToDictionary(o => o.Name, o => o.Constant ?? state.Floats[o]);
        }
        finally
        {
            state.Floats.Clear();
            prepared.Idle.Add(state);
        }
    }

    /// <summary>Ends the threads and frees the memory of plans and runs. No run may be going on.</summary>
    public void Dispose()
    {
        _workers.Dispose();
        foreach (Prepared prepared in _prepared.Values.Where(p => p.IsValueCreated).Select(p => p.Value))
        {
            prepared.Plan.Dispose();
            foreach (RunState state in prepared.Idle)
            {
                state.Dispose();
            }
        }

        _prepared.Clear();
    }

    private Prepared PreparedFor(IReadOnlyDictionary<string, Shape> shapes)
    {
        string key = string.Join(';', shapes.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}={s.Value}"));
        return _prepared.GetOrAdd(key, _ => new Lazy<Prepared>(() => new Prepared(new NetworkPlan(NetworkLowering.Lower(_model, shapes), _kernels)))).Value;
    }

    private sealed record Prepared(NetworkPlan Plan)
    {
        public ConcurrentBag<RunState> Idle { get; } = [];
    }
}

/// <summary>How an <see cref="InferenceSession"/> runs.</summary>
public sealed record SessionOptions
{
    /// <summary>Threads of one run.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The level of instructions to use, as <c>EASYQUANT_ISA</c> names it; by default what that variable says, or the fastest.</summary>
    public string? Isa { get; init; }
}
