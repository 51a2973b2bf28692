using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Runtime.Tests.Operators;

public sealed class AttentionTests
{
    // The fourth output was memory that nobody had written.
    [Theory]
    [InlineData(4)]
    [InlineData(-1)]
    [InlineData(1L << 32)]
    public void AStageOfScores_ThatThereIsNot_IsRefused(long mode)
    {
        Model model = GraphText.Parse($"(x: f32[1,1,2,4]) => (y, s)\ny, k, v, s = Attention<qk_matmul_output_mode={mode}>(x, x, x)", opset: 23);

        UnsupportedOperatorException error = Assert.Throws<UnsupportedOperatorException>(() =>
        {
            using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1 });
            executor.Run(new Dictionary<string, Tensor> { ["x"] = Tensor.From(new float[8], [1, 1, 2, 4]) });
        });

        Assert.Contains($"qk_matmul_output_mode {mode}, expected 0 to 3", error.Message, StringComparison.Ordinal);
    }
}
