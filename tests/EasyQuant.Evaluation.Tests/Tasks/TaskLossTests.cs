using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Graphs;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Evaluation.Tests.Tasks;

public sealed class TaskLossTests
{
    private static readonly Model s_reference = TestModels.Identity(2);

    // Right where the identity is wrong.
    private static readonly Model s_mirror = TestModels.Product([0, 1, 1, 0], 2, 2);

    [Fact]
    public void ALoss_IsTheDifferenceThatComparingShows_WithTheIntervalTurnedRound()
    {
        NamingTask task = new(Samples(40));
        TaskOptions options = new() { Seed = 5 };
        using EvaluatedModel reference = new("identity", s_reference);
        using EvaluatedModel mirror = new("mirror", s_mirror);
        TaskScore expected = task.Compare([reference, mirror], options, cancellationToken: TestContext.Current.CancellationToken).Models[1].Scores[0];

        TaskLoss loss = TaskLoss.From(s_reference, task, task.Kinds[0], options, cancellationToken: TestContext.Current.CancellationToken);
        (double lost, Interval interval) = loss.WithInterval(s_mirror, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((75, 50), (loss.Reference, lost));
        Assert.Equal(-expected.Difference, lost);
        Assert.Equal((-expected.DifferenceInterval.High, -expected.DifferenceInterval.Low), (interval.Low, interval.High));
        Assert.Equal(0, loss.Of(s_reference, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void TheFigureThatWasChosen_IsTheOneThatCounts()
    {
        NamingTask task = new(Samples(40));

        TaskLoss topFive = TaskLoss.From(s_reference, task, task.Kinds.Single(k => k.Key == "top5"), new TaskOptions(), cancellationToken: TestContext.Current.CancellationToken);

        // Of two classes each is among the first five.
        Assert.Equal((100, 0), (topFive.Reference, topFive.Of(s_mirror, cancellationToken: TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void SamplesAreReadOnce_HoweverManyModelsAreMeasured()
    {
        CountedSamples samples = new(Samples(10));
        NamingTask task = new(samples);
        TaskLoss loss = TaskLoss.From(s_reference, task, task.Kinds[0], new TaskOptions { Threads = 1 }, cancellationToken: TestContext.Current.CancellationToken);
        int readAtFirst = samples.Reads;

        _ = loss.Of(s_mirror, cancellationToken: TestContext.Current.CancellationToken);
        _ = loss.WithInterval(s_mirror, cancellationToken: TestContext.Current.CancellationToken);

        Assert.InRange(readAtFirst, 10, 11);
        Assert.Equal(readAtFirst, samples.Reads);
    }

    [Fact]
    public void ALabelThatIsNoClass_AndASampleWithoutOne_AreNamed()
    {
        using EvaluatedModel model = new("identity", s_reference);
        Assert.Contains("has label 2", Assert.Throws<InvalidSampleException>(() => new NamingTask(new MemorySamples(OfClass(2))).Measure(model, new TaskOptions())).Message);
        Assert.Contains("--labels", Assert.Throws<InvalidSampleException>(() => new NamingTask(new MemorySamples(OfClass(null))).Measure(model, new TaskOptions())).Message);
    }

    // The second class has the highest score of each; three of four are of it.
    private static MemorySamples Samples(int count) => new([.. Enumerable.Range(0, count).Select(i => OfClass(i % 4 == 0 ? 0 : 1))]);

    private static Sample OfClass(int? label) => new("sample", new Dictionary<string, Tensor> { ["x"] = Tensor.From([1f, 2f], [1, 2]) }, label);

    private sealed class CountedSamples(ISampleSource samples) : ISampleSource
    {
        public int Reads { get; private set; }

        public int Count => samples.Count;

        public Sample Read(int index)
        {
            Reads++;
            return samples.Read(index);
        }
    }
}
