using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Runtime.Inference;
using EasyQuant.Runtime.Inference.Execution;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests.Inference;

/// <summary>Single 3 × 3 convolutions, by Winograd's method and directly.</summary>
public sealed class WinogradLayerTests
{
    private static readonly string[] s_isas = ["scalar", "avx2", "avxvnni", "avx512bw", "avx512vnni"];

    public static TheoryData<string> Isas => [.. s_isas];

    [Theory]
    [MemberData(nameof(Isas))]
    public void GivesTheBytesOfTheDefinition_ForAnyExtents(string isa)
    {
        InstructionSets.SkipWhereRefused(isa);
        foreach (Layer layer in Layers())
        {
            IntegerNetwork network = layer.Network();
            Assert.True(PlannedWinograd.Suits(network.Steps.OfType<ConvolutionStep>().Single()), $"{layer} is not computed by the method.");
            Tensor image = layer.Image();
            ReferenceNetwork reference = new();
            float[] expected = reference.Run(network, image).AsSpan<float>().ToArray();
            foreach (int threads in new[] { 1, 2, 3 })
            {
                Assert.True(expected.AsSpan().SequenceEqual(Run(network, image, isa, WinogradUse.Always, threads)), $"{layer} differs with {threads} threads.");
            }

            Assert.True(expected.AsSpan().SequenceEqual(Run(network, image, isa, WinogradUse.Never, 1)), $"{layer} differs where it is computed directly.");
        }
    }

    [Fact]
    public void OnlyUngroupedKernelsThatMoveByOne_AreSuitable()
    {
        ConvolutionStep step = new Layer(1, 8, 8, 6, 6).Network().Steps.OfType<ConvolutionStep>().Single();

        Assert.True(PlannedWinograd.Suits(step));
        Assert.False(PlannedWinograd.Suits(step with { Window = step.Window with { StrideX = 2 } }));
        Assert.False(PlannedWinograd.Suits(step with { Window = step.Window with { DilationY = 2 } }));
        Assert.False(PlannedWinograd.Suits(step with { Window = step.Window with { KernelHeight = 1 } }));
        Assert.False(PlannedWinograd.Suits(step with { Weights = step.Weights with { Groups = 2 } }));
    }

    [Fact]
    public void BlocksOfEveryBatch_FitTheRoomOfTheirSums()
    {
        // The last batch of 170 x 256 positions has 388 tiles instead of 394, and larger blocks.
        foreach ((int height, int width) in new[] { (170, 256), (4, 4), (31, 33), (224, 224), (85, 85) })
        {
            ConvolutionStep step = new Layer(1, 64, 16, height, width).Network().Steps.OfType<ConvolutionStep>().Single();
            foreach (int rowStep in new[] { 1, 6, 7 })
            {
                WinogradTiling tiling = new(step, TensorLayout.Of(step.Input with { Shape = [1, 16, height, width] }), rowStep, threads: 1);

                Assert.All(Enumerable.Range(1, tiling.BatchTiles), tiles => Assert.InRange(tiling.BlockOf(tiles), 1, tiling.LargestBlock));
            }
        }
    }

    [Fact]
    public void TheChoice_DoesNotTakeLayersThatAreFasterDirectly()
    {
        // One tile of one panel; the weights alone take longer to transform than the products.
        Assert.False(IsChosen(new Layer(1, 16, 16, 2, 2)));
        Assert.False(IsChosen(new Layer(1, 3, 64, 56, 56)));
        Assert.True(IsChosen(new Layer(1, 64, 64, 56, 56)));

        static bool IsChosen(Layer layer)
        {
            IntegerNetwork network = layer.Network();
            using NetworkPlan plan = new(network, new KernelSet(null, WinogradUse.Auto));
            return plan.ScratchBytes(1) > 0;
        }
    }

    private static float[] Run(IntegerNetwork network, Tensor image, string? isa, WinogradUse use, int threads)
    {
        using WorkerPool workers = new(threads);
        using PlanCache cache = new(1, _ => new NetworkPlan(network, new KernelSet(isa, use, threads)), workers);
        RunState state = cache.Rent([image.Shape]);
        state.Floats[state.Plan.InputSlots[0]] = image;
        state.Plan.Run(state, null, TestContext.Current.CancellationToken);
        float[] output = state.Plan.Output(state, 0).AsSpan<float>().ToArray();
        cache.Return(state);
        return output;
    }

    private static IEnumerable<Layer> Layers()
    {
        int seed = 0;
        foreach ((int inputs, int outputs, int height, int width) in new[] { (1, 1, 1, 1), (3, 5, 3, 9), (16, 16, 4, 4), (17, 33, 5, 6), (32, 32, 8, 8), (40, 48, 7, 13), (70, 20, 12, 31), (64, 80, 10, 11) })
        {
            Layer layer = new(1 + seed % 2, inputs, outputs, height, width) { Seed = seed++ };
            yield return layer;
            yield return layer with { ZeroPoint = 100, IsReal = true };
            yield return layer with { ZeroPoint = 255, PadTop = height > 2 ? 0 : 2, PadLeft = 2 };
        }

        // Many batches; the ends of the range.
        yield return new Layer(1, 96, 16, 60, 61) { ZeroPoint = 3 };
        yield return new Layer(2, 64, 16, 6, 6) { Weight = -127, Pixel = 255, IsReal = true };
        yield return new Layer(1, 64, 16, 6, 6) { Weight = 127, Pixel = 0, ZeroPoint = 255, IsReal = true };
        yield return new Layer(1, 33, 16, 9, 9) { Weight = 127, IsExtreme = true };

        // Two and three times as much as can be added at a time.
        yield return new Layer(1, 200, 40, 9, 5) { Weight = 127, Pixel = 255, IsReal = true };
        yield return new Layer(1, 301, 17, 6, 6) { Weight = -127, ZeroPoint = 9 };
    }

    private sealed record Layer(int Images, int Inputs, int Outputs, int Height, int Width)
    {
        public int Seed { get; init; }

        public int ZeroPoint { get; init; }

        public int PadTop { get; init; } = 1;

        public int PadLeft { get; init; } = 1;

        /// <summary>What all weights are; 0 stands for random ones.</summary>
        public int Weight { get; init; }

        /// <summary>What all inputs are; negative for random ones.</summary>
        public int Pixel { get; init; } = -1;

        /// <summary>Whether random inputs and weights are the least or the largest.</summary>
        public bool IsExtreme { get; init; }

        public bool IsReal { get; init; }

        // Without padding rows are lost, with more of it there are more.
        private Shape OutputShape => [Images, Outputs, Height + 2 * PadTop - 2, Width + 2 * PadLeft - 2];

        public Tensor Image()
        {
            Random random = new(Seed + 1);
            return Tensor.From(
                [.. Enumerable.Range(0, Images * Inputs * Height * Width).Select(_ => (float)(-ZeroPoint + (Pixel >= 0 ? Pixel : IsExtreme ? 255 * random.Next(2) : random.Next(256))))],
                [Images, Inputs, Height, Width]);
        }

        public IntegerNetwork Network()
        {
            Random random = new(Seed);
            Value image = new("image", new TensorValueType(DataType.Float32, SymbolicShape.Of([Images, Inputs, Height, Width])));
            Value result = new("result", new TensorValueType(DataType.Float32, SymbolicShape.Of(OutputShape)));
            QuantizedTensor x = new("x", [Images, Inputs, Height, Width], 1, ZeroPoint, 0, 255);
            QuantizedTensor y = new("y", OutputShape, 40 * MathF.Sqrt(9 * Inputs), 120, 5, 250);
            sbyte[] rows = [.. Enumerable.Range(0, Outputs * Inputs * 9).Select(_ => (sbyte)(IsExtreme ? 127 * (2 * random.Next(2) - 1) : Weight != 0 ? Weight : random.Next(-127, 128)))];
            LayerWeights weights = new(
                rows, [.. Enumerable.Range(0, Outputs).Select(_ => 0.5f + random.NextSingle())], [.. Enumerable.Range(0, Outputs).Select(_ => random.Next(-9000, 9000))], 1);
            Window window = new(3, 3, 1, 1, 1, 1, PadTop, PadLeft);
            NetworkStep[] steps = IsReal
                ? [new QuantizeStep("quantize", image, x), new ConvolutionStep("convolution", x, weights, window, null, result)]
                : [new QuantizeStep("quantize", image, x), new ConvolutionStep("convolution", x, weights, window, y, null), new DequantizeStep("dequantize", y, y.Reals(), result)];
            return new IntegerNetwork([image], [result], steps);
        }
    }
}
