using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Reduction;
using EasyQuant.Runtime.Tests.Execution;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Runtime.Tests.Operators;

/// <summary>How many threads there are must not be seen in a single bit.</summary>
public sealed class SameBitsTests
{
    [Theory]
    [InlineData("(x: f32[2,8,40,16]) => (y)\ny = Attention<is_causal=1, softcap=2.0>(x, x, x)")]
    [InlineData("(x: f32[2,40,64]) => (y)\ny, s = LinearAttention<q_num_heads=4, kv_num_heads=4, update_rule=\"linear\">(x, x, x)")]
    [InlineData("(x: f32[20,8,32]) => (y)\ny, h, c = LSTM<hidden_size=24>(x, f32[1,96,32], f32[1,96,24])")]
    [InlineData("(x: f32[20,8,32]) => (y)\ny, h = GRU<hidden_size=24>(x, f32[1,72,32], f32[1,72,24])")]
    [InlineData("(x: f32[8,30,40]) => (y)\ny = Einsum<equation=\"bij, bkj -> bik\">(x, x)")]
    [InlineData("(x: f32[2,8,30,30]) => (y)\ny = GridSample<mode=\"cubic\", padding_mode=\"reflection\">(x, f32[2,40,40,2])")]
    [InlineData("(x: f32[1,4,30,30]) => (y)\ny = DeformConv(x, f32[6,4,3,3], f32[1,18,28,28])")]
    [InlineData("(x: f32[8,300,1]) => (y)\ny = DFT<axis=1>(x)")]
    [InlineData("(x: f32[2,4000,1]) => (y)\ny = STFT(x, i64[]{32}, _, i64[]{64})")]
    [InlineData("(x: f32[64,1000]) => (y)\ny = Softmax(x)")]
    [InlineData("(x: f32[64,1000]) => (y)\ny = ReduceSum<keepdims=0>(x, i64[1]{1})")]
    [InlineData("(x: f32[64,1000]) => (y)\ny = ReduceL2<keepdims=0>(x)")]
    [InlineData("(x: f32[64,1000]) => (y)\ny = RandomNormalLike<seed=3.0>(x)")]
    [InlineData("(x: f32[8,16,60,60]) => (y)\ny = LpPool<kernel_shape=[3,3], p=3>(x)")]
    public void EveryThreadCount_GivesTheSameBits(string text)
    {
        // Version 19 of the operators is the last in which the transform's axis is an attribute.
        Model model = GraphText.Parse(text, seed: 5, opset: text.Contains("DFT", StringComparison.Ordinal) ? 19 : 27);
        Value input = Assert.Single(model.Graph.RequiredInputs);
        Dictionary<string, Tensor> inputs = new() { [input.Name] = SmallModels.Noise(1, input.Shape!.ToStatic()!.Value) };
        using GraphExecutor one = new(model, new ExecutorOptions { Threads = 1 });
        using GraphExecutor four = new(model, new ExecutorOptions { Threads = 4 });

        Tensor expected = one.Run(inputs)["y"];

        Assert.True(expected.Bytes.Span.SequenceEqual(four.Run(inputs)["y"].Bytes.Span));
        Assert.True(expected.Bytes.Span.SequenceEqual(one.Run(inputs)["y"].Bytes.Span));
    }

    // The order is written down once more without vectors, so that every instruction set has the same to agree with.
    [Fact]
    public void ASum_IsThatOfItsInterleavedParts_ForEveryLength()
    {
        const int Lanes = 16;
        for (int length = 0; length < 300; length++)
        {
            float[] x = SmallModels.Noise(length, [length]).AsSpan<float>().ToArray();
            int whole = length / Lanes * Lanes;
            float[] parts = new float[4 * Lanes];
            for (int i = 0; i < whole; i++)
            {
                parts[i % parts.Length] += x[i];
            }

            float[] lanes = [.. Enumerable.Range(0, Lanes).Select(l => parts[l] + parts[Lanes + l] + (parts[2 * Lanes + l] + parts[3 * Lanes + l]))];
            float expected = lanes.Concat(x.Skip(whole)).Aggregate(0f, (sum, value) => sum + value);

            Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(OrderedSum.Of<float>(x)));
        }
    }
}
