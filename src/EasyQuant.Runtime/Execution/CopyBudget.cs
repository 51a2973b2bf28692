namespace EasyQuant.Runtime.Execution;

/// <summary>Bytes that an executor may spend on constants in other forms: computed from others, or packed for a kernel.</summary>
/// <remarks>What does not fit is made again in every run. Numbers do not depend on it.</remarks>
/// <param name="bytes">The bytes.</param>
internal sealed class CopyBudget(long bytes)
{
    private long _left = bytes;

    /// <summary>For those who make few operators, or let them go soon.</summary>
    public static CopyBudget Unlimited => new(long.MaxValue);

    /// <summary>Takes so many bytes, for as long as the executor lives; false where they are not left.</summary>
    public bool TryTake(long bytes)
    {
        long left = Volatile.Read(ref _left);
        while (bytes <= left)
        {
            long seen = Interlocked.CompareExchange(ref _left, left - bytes, left);
            if (seen == left)
            {
                return true;
            }

            left = seen;
        }

        return false;
    }
}
