using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference;

/// <summary>
/// Inputs, outputs and memory for runs of a session with inputs of the same extents: fill the inputs, run, read the outputs, again and
/// again. A run allocates nothing, but for the nodes that the model computes in float.
/// </summary>
/// <remarks>One caller at a time uses a request; any number of requests of a session run at the same time.</remarks>
public sealed class InferenceRequest : IDisposable
{
    private readonly InferenceSession _session;
    private readonly Tensor[] _inputs;
    private RunState? _state;
    private bool _hasRun;
    private int _isRunning;

    internal InferenceRequest(InferenceSession session, RunState state, Shape[] shapes)
    {
        _session = session;
        _state = state;
        _inputs = [.. session.InputMetadata.Select((input, i) => Tensor.Allocate(input.Type == DataType.Undefined ? DataType.Float32 : input.Type, shapes[i]))];
    }

    /// <summary>The elements of a float input, row-major, to be filled before a run. They stay as they are from run to run.</summary>
    /// <inheritdoc cref="Input{T}"/>
    public Span<float> Input(string name) => Input<float>(name);

    /// <summary>The elements of an input, row-major, to be filled before a run. They stay as they are from run to run.</summary>
    /// <exception cref="ArgumentException">There is no such input, or its elements are of another type.</exception>
    public Span<T> Input<T>(string name)
        where T : unmanaged => Elements<T>(_inputs[IndexOf(name, _session.InputMetadata, "input")], name);

    /// <summary>The extents of an input.</summary>
    /// <exception cref="ArgumentException">There is no such input.</exception>
    public Shape InputShape(string name) => _inputs[IndexOf(name, _session.InputMetadata, "input")].Shape;

    /// <summary>The elements of a float output of the last run, row-major, until the next one.</summary>
    /// <inheritdoc cref="Output{T}"/>
    public ReadOnlySpan<float> Output(string name) => Output<float>(name);

    /// <summary>The elements of an output of the last run, row-major, until the next one.</summary>
    /// <exception cref="ArgumentException">There is no such output, or its elements are of another type.</exception>
    /// <exception cref="InvalidOperationException">There was no run, or it did not end.</exception>
    public ReadOnlySpan<T> Output<T>(string name)
        where T : unmanaged => Elements<T>(OutputTensor(name), name);

    /// <summary>The extents of an output of the last run.</summary>
    /// <inheritdoc cref="Output{T}"/>
    public Shape OutputShape(string name) => OutputTensor(name).Shape;

    /// <summary>Computes the outputs from the inputs.</summary>
    /// <param name="cancellationToken">Ends the run between two steps.</param>
    /// <exception cref="InvalidOperationException">Another thread is running this request.</exception>
    /// <exception cref="ObjectDisposedException">The request or its session has been disposed.</exception>
    public void Run(CancellationToken cancellationToken = default)
    {
        if (Interlocked.CompareExchange(ref _isRunning, 1, 0) != 0)
        {
            throw new InvalidOperationException("The request is running already. Create a request for each caller.");
        }

        try
        {
            RunState state = State;
            _hasRun = false;
            for (int i = 0; i < _inputs.Length; i++)
            {
                state.Floats[state.Plan.InputSlots[i]] = _inputs[i];
            }

            state.Plan.Run(state, null, cancellationToken);
            _hasRun = true;
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    /// <summary>Computes the outputs from the inputs on a thread of the thread pool.</summary>
    /// <inheritdoc cref="Run"/>
    public Task RunAsync(CancellationToken cancellationToken = default) => Task.Run(() => Run(cancellationToken), cancellationToken);

    /// <summary>Gives the memory back to the session. No run may be going on.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _state, null) is { } state)
        {
            _session.Return(state);
        }
    }

    private RunState State => _state ?? throw new ObjectDisposedException(nameof(InferenceRequest));

    private Tensor OutputTensor(string name)
    {
        int index = IndexOf(name, _session.OutputMetadata, "output");
        return _hasRun ? State.Plan.Output(State, index) : throw new InvalidOperationException($"Output '{name}' has not been computed: no run has ended yet.");
    }

    private static int IndexOf(string name, IReadOnlyList<TensorMetadata> declared, string kind)
    {
        for (int i = 0; i < declared.Count; i++)
        {
            if (declared[i].Name == name)
            {
                return i;
            }
        }

        throw new ArgumentException($"The model has no {kind} '{name}'.{Suggestion.For(name, declared.Select(d => d.Name))}", nameof(name));
    }

    private static Span<T> Elements<T>(Tensor tensor, string name)
        where T : unmanaged => tensor.Type == DataTypes.Of<T>()
            ? tensor.AsMutableSpan<T>()
            : throw new ArgumentException($"'{name}' is {tensor}; its elements cannot be read as {typeof(T).Name}.", nameof(name));
}
