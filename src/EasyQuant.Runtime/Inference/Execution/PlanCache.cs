using EasyQuant.Kernels.Threading;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>The plans of a session by the extents of the inputs, those that were used last, each with the memory of its runs.</summary>
/// <remarks>A plan that falls out while runs still use it is freed when the last of them gives its memory back.</remarks>
internal sealed class PlanCache(int capacity, Func<Shape[], NetworkPlan> make, WorkerPool workers) : IDisposable
{
    private readonly Lock _lock = new();

    // The one used last comes first.
    private readonly List<Entry> _entries = [];
    private bool _isDisposed;

    /// <summary>The memory for a run with these extents, planned now where they are new.</summary>
    public RunState Rent(Shape[] shapes)
    {
        Entry entry;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(InferenceSession));
            int index = _entries.FindIndex(e => e.Shapes.AsSpan().SequenceEqual(shapes));
            entry = index >= 0 ? _entries[index] : new Entry(shapes, new Lazy<NetworkPlan>(() => make(shapes)));
            if (index >= 0)
            {
                _entries.RemoveAt(index);
            }

            _entries.Insert(0, entry);
            entry.Users++;
            if (_entries.Count > capacity)
            {
                Retire(_entries.Count - 1);
            }

            if (entry.Idle.TryPop(out RunState? state))
            {
                return state;
            }
        }

        // Others need not wait while this plan is made.
        try
        {
            return new RunState(entry.Plan.Value, workers, entry);
        }
        catch
        {
            Release(entry);
            throw;
        }
    }

    /// <summary>Ends a run's use of its memory.</summary>
    public void Return(RunState state)
    {
        lock (_lock)
        {
            if (state.Owner.IsRetired)
            {
                state.Dispose();
            }
            else
            {
                state.Owner.Idle.Push(state);
            }
        }

        Release(state.Owner);
    }

    /// <summary>Frees everything that no run uses, and the rest as soon as none does.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            while (_entries.Count > 0)
            {
                Retire(_entries.Count - 1);
            }
        }
    }

    private void Release(Entry entry)
    {
        lock (_lock)
        {
            entry.Users--;
            entry.FreeWhereUnused();
        }
    }

    private void Retire(int index)
    {
        Entry entry = _entries[index];
        _entries.RemoveAt(index);
        entry.IsRetired = true;
        while (entry.Idle.TryPop(out RunState? idle))
        {
            idle.Dispose();
        }

        entry.FreeWhereUnused();
    }

    /// <summary>A plan and who uses it.</summary>
    internal sealed record Entry(Shape[] Shapes, Lazy<NetworkPlan> Plan)
    {
        public Stack<RunState> Idle { get; } = [];

        public int Users { get; set; }

        public bool IsRetired { get; set; }

        public void FreeWhereUnused()
        {
            if (IsRetired && Users == 0 && Plan.IsValueCreated)
            {
                Plan.Value.Dispose();
            }
        }
    }
}
