using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.OnnxRuntimePeer;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests;

/// <summary>Quantized models as ONNX Runtime sees them: it loads them, computes their convolutions in integers, and gets our numbers.</summary>
public sealed class OnnxRuntimeJudgeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("easyquant-judge").FullName;

    public static TheoryData<int, int, DataType, ActivationGrid> Forms => new()
    {
        { 8, 8, DataType.UInt8, ActivationGrid.Symmetric },
        { 8, 8, DataType.UInt8, ActivationGrid.Asymmetric },
        { 7, 7, DataType.UInt8, ActivationGrid.Symmetric },
        { 7, 7, DataType.UInt8, ActivationGrid.Asymmetric },
        { 4, 5, DataType.UInt8, ActivationGrid.Symmetric },
        { 8, 8, DataType.Int8, ActivationGrid.Symmetric },
        { 8, 8, DataType.Int8, ActivationGrid.Asymmetric },
        { 7, 7, DataType.Int8, ActivationGrid.Symmetric },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Outputs_AreOursUpToRareSteps(int weightBits, int activationBits, DataType storage, ActivationGrid grid)
    {
        OrtLibrary.RequireOrSkip();
        (Model model, string path) = Quantize(weightBits, activationBits, storage, grid);
        using GraphExecutor ours = new(model, new ExecutorOptions { Threads = 1 });
        using OrtSession theirs = new(path);
        ISampleSource samples = SmallNetwork.Samples(16, seed: 31);
        (int outputs, int different) = (0, 0);
        for (int i = 0; i < samples.Count; i++)
        {
            IReadOnlyDictionary<string, Tensor> inputs = samples.Read(i).Inputs;
            float[] x = ours.Run(inputs)["logits"].AsSpan<float>().ToArray();
            float[] y = theirs.Run(inputs, ["logits"])["logits"].AsSpan<float>().ToArray();
            outputs += x.Length;
            float largest = x.Max(MathF.Abs);
            different += x.Zip(y).Count(p => MathF.Abs(p.First - p.Second) > 1e-5f * largest);

            // One step of one intermediate tensor moves an output by a small part of the range, never more.
            Assert.All(x.Zip(y), p => Assert.InRange(p.First - p.Second, -0.05f * largest, 0.05f * largest));
        }

        // ONNX Runtime multiplies the accumulator by s_x s_w / s_y; the graph's own definition dequantizes and divides. The two
        // products differ in their last bit, which decides ties: a rare integer is off by one step and spreads from there.
        TestContext.Current.TestOutputHelper?.WriteLine($"{different} of {outputs} outputs differ");
        Assert.InRange(different, 0, outputs / 4);
    }

    [Fact]
    public void EveryConvolution_RunsInIntegers()
    {
        OrtLibrary.RequireOrSkip();
        foreach ((int bits, ActivationGrid grid) in new[] { (8, ActivationGrid.Symmetric), (7, ActivationGrid.Symmetric), (8, ActivationGrid.Asymmetric), (7, ActivationGrid.Asymmetric) })
        {
            (Model model, string path) = Quantize(bits, bits, DataType.UInt8, grid);
            string optimized = Path.Combine(_folder, "optimized.onnx");
            new OrtSession(path, new OrtSessionOptions { OptimizationLevel = 2, OptimizedModelPath = optimized }).Dispose();
            Graph graph = OnnxModelReader.Read(optimized).Graph;

            Assert.Equal(model.Graph.Nodes.Count(n => n.Is("Conv")), graph.Nodes.Count(n => n.OpType == "QLinearConv"));
            Assert.DoesNotContain(graph.Nodes, n => n.OpType is "Conv" or "FusedConv");
        }
    }

    [Fact]
    public void AModelWithADeadChannel_IsLoadedAndComputed()
    {
        OrtLibrary.RequireOrSkip();
        Model source = SmallNetwork.Create();
        SmallNetwork.ClearChannel(source, convolution: 1, channel: 2);
        Model model = PostTrainingQuantizer.Run(source, SmallNetwork.Samples(6), new QuantizationOptions { WeightBits = 7, ActivationBits = 7 }).Model;
        string path = Path.Combine(_folder, "dead.onnx");
        OnnxModelWriter.Write(model, path);

        using OrtSession theirs = new(path);
        float[] logits = theirs.Run(SmallNetwork.Samples(1, seed: 31).Read(0).Inputs, ["logits"])["logits"].AsSpan<float>().ToArray();
        Assert.All(logits, x => Assert.True(float.IsFinite(x)));
        Assert.Contains(logits, x => x != 0);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (Model Model, string Path) Quantize(int weightBits, int activationBits, DataType storage, ActivationGrid grid)
    {
        QuantizationOptions options = new() { WeightBits = weightBits, ActivationBits = activationBits, ActivationType = storage, ActivationGrid = grid };
        Model model = PostTrainingQuantizer.Run(SmallNetwork.Create(), SmallNetwork.Samples(8), options).Model;
        string path = Path.Combine(_folder, $"w{weightBits}a{activationBits}{storage}{grid}.onnx");
        OnnxModelWriter.Write(model, path);
        return (model, path);
    }
}
