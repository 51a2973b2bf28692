using EasyQuant.Data;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Graphs;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Evaluation.Tests.Tasks;

public sealed class TaskTests
{
    [Fact]
    public void Verification_MeasuresEmbeddings_AndTheReferenceHasNoDifference()
    {
        // Persons 0 to 3 have directions of their own; the collapsed model sees one direction only.
        using EvaluatedModel reference = new("identity", TestModels.Identity(4));
        using EvaluatedModel collapsed = new("collapsed", TestModels.Product([.. Enumerable.Range(0, 16).Select(i => i % 4 == 0 ? 1f : 0)], 4, 4));
        MemorySamples samples = new([.. Enumerable.Range(0, 20).Select(i => Embedded(i, i / 5))]);

        TaskReport report = new VerificationTask(samples).Compare([reference, collapsed], new TaskOptions());

        Assert.Equal((20, 80, "pairs"), (report.Samples, report.Units, report.UnitName));
        Assert.Equal([100, 1], report.Models[0].Scores.Select(s => s.Value));
        Assert.Equal([0, 0], report.Models[0].Scores.Select(s => s.Difference));
        Assert.Equal(["accuracy", "auc"], report.Models[0].Scores.Select(s => s.Kind.Key));
        Assert.Equal(0.5, report.Models[1].Scores[1].Value);
        Assert.Equal(-0.5, report.Models[1].Scores[1].DifferenceInterval.Low, 1e-9);
    }

    [Fact]
    public void Verification_NeedsToKnowWhoIsOnAPicture()
    {
        using EvaluatedModel model = new("identity", TestModels.Identity(4));
        MemorySamples samples = new(Embedded(0, 1) with { Label = null });

        Assert.Contains("'sample 0'", Assert.Throws<InvalidSampleException>(() => new VerificationTask(samples).Compare([model], new TaskOptions())).Message);
    }

    [Fact]
    public void Classification_GivesTheFiguresOfTheEvaluator_WithIntervalsOfPairedDifferences()
    {
        // The mirror is right where the identity is wrong: of 40 samples the identity names 30.
        using EvaluatedModel reference = new("identity", TestModels.Identity(2));
        using EvaluatedModel mirror = new("mirror", TestModels.Product([0, 1, 1, 0], 2, 2));
        MemorySamples samples = new([.. Enumerable.Range(0, 40).Select(i => TwoClasses(i, i % 4 == 0 ? 0 : 1))]);

        TaskReport report = ClassificationTask.Run([reference, mirror], samples, new TaskOptions());

        TaskScore own = report.Models[0].Scores.Single(s => s.Kind.Key == ClassificationTask.Top1);
        TaskScore other = report.Models[1].Scores.Single(s => s.Kind.Key == ClassificationTask.Top1);
        Assert.Equal((75, 0), (own.Value, own.Difference));
        Assert.Equal((25, -50), (other.Value, other.Difference));

        // Draws of n samples spread by √(p(1 − p) / n) = 6.8 points, the difference by twice that: both change with every sample.
        Assert.InRange(own.Interval.High - own.Interval.Low, 3 * 6.8, 5 * 6.8);
        Assert.InRange(other.DifferenceInterval.High - other.DifferenceInterval.Low, 6 * 6.8, 10 * 6.8);
        Assert.Equal(Evaluator.Run([reference, mirror], samples)[1].Error, report.Models[1].Error);
    }

    [Fact]
    public void Classification_NeedsALabelOfEverySample()
    {
        using EvaluatedModel model = new("identity", TestModels.Identity(2));
        MemorySamples samples = new(TwoClasses(0, 1), TwoClasses(1, 1) with { Label = null });

        Assert.Contains("'sample 1'", Assert.Throws<InvalidSampleException>(() => ClassificationTask.Run([model], samples, new TaskOptions())).Message);
    }

    [Fact]
    public void Upscaling_FindsTheFactor_AndMeasuresEnlargedPicturesOfEverySize()
    {
        using EvaluatedModel model = new("nearest", OpenExtents.Of(Nearest()));
        MemoryPictures pictures = new(Flat(9, 7), Flat(8, 12));

        int factor = UpscalingTask.FactorOf(model, "x", TestContext.Current.CancellationToken);
        TaskReport report = new UpscalingTask(pictures, factor, (255, 0)).Compare([model], new TaskOptions());

        Assert.Equal(3, factor);
        Assert.Equal([double.PositiveInfinity, 1], report.Models[0].Scores.Select(s => s.Value));
        Assert.Equal("bicubic", report.Baseline!.Model);
        Assert.Equal(20 * Math.Log10(255 / (219 / 255.0)), report.Baseline.Scores[0].Value, 1e-6);
    }

    [Fact]
    public void AModelThatEnlargesNothing_IsRefused()
    {
        Graph graph = new("same");
        Value x = new("x", new TensorValueType(DataType.Float32, new SymbolicShape([1, 1, 16, 16])));
        graph.Inputs.Add(x);
        graph.Outputs.Add(new Value("y"));
        graph.Add(new Node("Relu", [x], [graph.Outputs[0]], "relu"));
        using EvaluatedModel model = new("same", new Model(graph) { OpsetImports = { [""] = 13 } });

        Assert.Contains("'same'", Assert.Throws<InvalidModelException>(() => UpscalingTask.FactorOf(model, "x", TestContext.Current.CancellationToken)).Message);
    }

    private static Sample TwoClasses(int index, int label) =>
        new($"sample {index}", new Dictionary<string, Tensor> { ["x"] = Tensor.From([1f, 2f], [1, 2]) }, label);

    private static Sample Embedded(int index, int person)
    {
        float[] embedding = new float[4];
        embedding[person] = 1 + index % 5;
        return new Sample($"sample {index}", new Dictionary<string, Tensor> { ["x"] = Tensor.From(embedding, [1, 4]) }, person);
    }

    // Each pixel nine times, by a convolution and DepthToSpace, for an input that is declared to be 16 x 16.
    private static Model Nearest()
    {
        Graph graph = new("nearest");
        Value x = new("x", new TensorValueType(DataType.Float32, new SymbolicShape([1, 1, 16, 16])));
        Value channels = new("channels", new TensorValueType(DataType.Float32, new SymbolicShape([1, 9, 16, 16])));
        Value y = new("y", new TensorValueType(DataType.Float32, new SymbolicShape([1, 1, 48, 48])));
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        graph.Add(new Node("Conv", [x, graph.AddConstant("w", Tensor.From([.. Enumerable.Repeat(1f, 9)], [9, 1, 1, 1]))], [channels], "conv"));
        graph.Add(new Node("DepthToSpace", [channels], [y], "shuffle")).Attributes["blocksize"] = new IntAttribute(3);
        return new Model(graph) { OpsetImports = { [""] = 13 } };
    }

    // A picture of one level, and an interpolation that is a level too bright.
    private static SampleWithTruth<UpscaleTruth> Flat(int width, int height)
    {
        Tensor input = Tensor.From([.. Enumerable.Repeat(100 / 255f, width * height)], [1, 1, height, width]);
        return new(
            new Sample($"{width}x{height}", new Dictionary<string, Tensor> { ["x"] = input }),
            new UpscaleTruth(Plane(100), Plane(101)));

        Tensor Plane(float level) => Tensor.From([.. Enumerable.Repeat(level, 9 * width * height)], [3 * height, 3 * width]);
    }

    private sealed class MemoryPictures(params SampleWithTruth<UpscaleTruth>[] pictures) : ITruthSource<UpscaleTruth>
    {
        public int Count => pictures.Length;

        public SampleWithTruth<UpscaleTruth> Read(int index) => pictures[index];
    }
}
