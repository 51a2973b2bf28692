namespace EasyQuant.Runtime.Execution;

/// <summary>A constant in another form: made when it is first needed and kept if the budget allows, else made each time.</summary>
/// <param name="budget">What copies may take.</param>
/// <param name="bytes">What this one takes.</param>
/// <param name="make">Makes it.</param>
internal sealed class ConstantCopy<T>(CopyBudget budget, long bytes, Func<T> make)
    where T : class
{
    private readonly Lock _lock = new();
    private bool _isDecided;
    private T? _kept;

    /// <summary>The copy; to be asked for once a run.</summary>
    public T Value
    {
        get
        {
            lock (_lock)
            {
                if (!_isDecided)
                {
                    _isDecided = true;
                    _kept = budget.TryTake(bytes) ? make() : null;
                }
            }

            return _kept ?? make();
        }
    }
}
