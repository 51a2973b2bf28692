using Xunit;

namespace EasyQuant.Evaluation.Tests;

public sealed class ParallelSamplesTests
{
    [Fact]
    public void OfSeveralFailures_TheLowestSampleIsReported()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => ParallelSamples.Run(
            1000, threads: 4, index => { if (index >= 17) { throw new InvalidOperationException($"{index}"); } }, CancellationToken.None));

        Assert.Equal("17", error.Message);
    }

    [Fact]
    public void Cancellation_EndsTheRun()
    {
        using CancellationTokenSource cancellation = new();

        Assert.Throws<OperationCanceledException>(() => ParallelSamples.Run(1_000_000, threads: 2, _ => cancellation.Cancel(), cancellation.Token));
    }
}
