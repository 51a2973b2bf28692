using EasyQuant.Evaluation.Benchmarks;
using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using Xunit;

namespace EasyQuant.Evaluation.Tests.Benchmarks;

public sealed class InferenceBenchmarkTests
{
    [Fact]
    public void EveryModel_IsRunThreeTimesAtLeast()
    {
        Model model = TestModels.Identity(4);
        using GraphExecutor executor = new(model);
        TimedModel timed = new("identity", executor, SyntheticInputs.For(model.Graph));

        IReadOnlyList<InferenceTime> times = InferenceBenchmark.Run([timed, timed], TimeSpan.Zero);

        Assert.Equal([3, 3], times.Select(t => t.Runs));
        Assert.All(times, t => Assert.InRange(t.MinMs, double.Epsilon, t.MedianMs));
    }
}
