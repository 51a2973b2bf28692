namespace EasyQuant.Evaluation;

/// <summary>Runs a body for every sample on several threads.</summary>
internal static class ParallelSamples
{
    /// <summary>Runs <paramref name="body"/> for 0 up to, not including, <paramref name="count"/>.</summary>
    /// <remarks>An exception leaves as it was thrown; of several the one of the lowest sample that failed.</remarks>
    public static void Run(int count, int threads, Action<int> body, CancellationToken cancellationToken)
    {
        (int Index, Exception Error)? failure = null;
        Lock failureLock = new();
        ParallelOptions options = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Parallel.For(0, count, options, (index, state) =>
        {
            if (state.ShouldExitCurrentIteration)
            {
                return;
            }

            try
            {
                body(index);
            }
            catch (Exception error)
            {
                lock (failureLock)
                {
                    failure = failure is { } earlier && earlier.Index < index ? earlier : (index, error);
                }

                state.Break();
            }
        });

        if (failure is { } first)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first.Error);
        }
    }
}
