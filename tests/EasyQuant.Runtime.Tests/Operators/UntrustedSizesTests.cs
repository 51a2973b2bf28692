using System.Diagnostics;
using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Runtime.Tests.Operators;

/// <summary>A model may ask for anything; what cannot be is refused before memory or time is spent on it.</summary>
public sealed class UntrustedSizesTests
{
    [Theory]
    [InlineData("y = RandomNormal<shape=[100000,100000]>()")]
    [InlineData("y = RandomUniform<shape=[2000000000]>()")]
    [InlineData("y = HannWindow(i64[]{2000000000})")]
    [InlineData("y = MelWeightMatrix(i64[]{2000000000}, i64[]{16}, i64[]{8000}, f32[]{0.0}, f32[]{4000.0})")]
    [InlineData("y = DFT<axis=1>(f32[1,4,1], i64[]{2000000000})")]
    [InlineData("y = Col2Im(f32[1,4,1], i64[2]{2000000000,2}, i64[2]{2,2})")]
    [InlineData("y = AffineGrid(f32[1,2,3], i64[4]{1,1,40000,40000})")]
    [InlineData("y = MaxUnpool<kernel_shape=[2,2], strides=[2,2]>(f32[1,1,1,1], i64[1,1,1,1]{3}, i64[4]{1,1,60000,60000})")]
    [InlineData("y = Multinomial<sample_size=2000000000>(f32[2,3])")]
    [InlineData("y = CenterCropPad(f32[2,2], i64[2]{2000000000,2000000000})")]
    [InlineData("y = RoiAlign<sampling_ratio=1000000000>(f32[1,1,4,4], f32[1,4], i64[1]{0})")]
    [InlineData("y = SplitToSequence(f32[4], i64[]{0})")]
    public void WhatIsTooLarge_IsRefusedAtOnce(string call)
    {
        Model model = GraphText.Parse($"(x: f32[1]) => (y)\n{call}", opset: 19);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.ThrowsAny<InvalidModelException>(() =>
        {
            using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1, FoldConstants = false });
            executor.Run(new Dictionary<string, Tensor> { ["x"] = Tensor.From<float>([0], [1]) });
        });

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Theory]
    [InlineData("Trilu", "y = Trilu(f32[]{1.0})")]
    [InlineData("Clip", "y = Clip(f32[2]{1.0,2.0}, f32[0]{})")]
    [InlineData("Reshape", "y = Reshape(f32[2]{1.0,2.0}, i64[2]{4,4})")]
    [InlineData("Expand", "y = Expand(f32[1]{1.0}, i64[3]{2000000000,2000000000,2000000000})")]
    public void WhatHasTooFewElements_IsRefusedInWordsOfTheModel(string operatorType, string call)
    {
        Model model = GraphText.Parse($"(x: f32[1]) => (y)\n{call}", opset: 19);

        InvalidModelException error = Assert.ThrowsAny<InvalidModelException>(() =>
        {
            using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1 });
            executor.Run(new Dictionary<string, Tensor> { ["x"] = Tensor.From<float>([0], [1]) });
        });

        Assert.StartsWith(operatorType, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Index was outside", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Arithmetic operation", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APattern_TakesTimeInProportionToTheText()
    {
        Model model = GraphText.Parse("(x: string[1]) => (y)\ny = RegexFullMatch<pattern=\"(a+)+\">(x)", opset: 20);
        using GraphExecutor executor = new(model);
        Stopwatch watch = Stopwatch.StartNew();

        Tensor y = executor.Run(new Dictionary<string, Tensor> { ["x"] = Tensor.FromStrings([new string('a', 5000) + "b"], [1]) })["y"];

        Assert.False(y.AsSpan<bool>()[0]);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }
}
