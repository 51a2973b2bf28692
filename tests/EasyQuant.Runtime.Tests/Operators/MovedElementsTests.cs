using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Conversion;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Runtime.Tests.Operators;

/// <summary>Text and narrow integers have no whole number of bytes; moving them must give what moving bytes gives.</summary>
public sealed class MovedElementsTests
{
    private static readonly OperatorContext s_context = new(WorkerPool.Inline);

    public static TheoryData<string> Moves =>
    [
        "y = Transpose<perm=[1,0,2]>(x)",
        "y = Slice(x, i64[2]{3,0}, i64[2]{0,2}, i64[2]{2,1}, i64[2]{-1,1})",
        "y = Concat<axis=1>(x, x)",
        "y = Gather<axis=2>(x, i64[3]{3,0,3})",
        "y = Expand(s, i64[4]{2,1,3,4})\ns = Slice(x, i64[1]{0}, i64[1]{1}, i64[1]{0})",
        "y = Tile(x, i64[3]{1,2,1})",
        "y = Reshape(x, i64[2]{6,4})",
        "y = Pad(x, i64[6]{0,1,0,0,0,1})",
        "y = GatherND(x, i64[2,2]{1,2,0,0})",
        "y = Compress<axis=1>(x, bool[3]{1,0,1})",
        "y = ReverseSequence<batch_axis=1,time_axis=0>(x, i64[3]{2,1,2})",
        "y = SequenceAt(s, i64[]{1})\ns = SplitToSequence<axis=1>(x)",
    ];

    [Theory]
    [MemberData(nameof(Moves))]
    public void Text_MovesAsBytesDo(string move)
    {
        Tensor bytes = Move(move, DataType.UInt8, Bytes(255));
        string[] texts = [.. bytes.AsSpan<byte>().ToArray().Select(b => b == 0 ? "" : $"text {b}")];

        Tensor moved = Move(move, DataType.String, Tensor.FromStrings([.. Enumerable.Range(1, 24).Select(i => $"text {i}")], [2, 3, 4]));

        Assert.Equal(bytes.Shape, moved.Shape);
        Assert.Equal(texts, moved.Strings);
    }

    [Theory]
    [MemberData(nameof(Moves))]
    public void FourBits_MoveAsBytesDo(string move)
    {
        Tensor bytes = Bytes(15);
        Tensor nibbles = ElementCast.To(bytes, DataType.UInt4, s_context);

        Tensor moved = Move(move, DataType.UInt4, nibbles);

        Assert.Equal(Move(move, DataType.UInt8, bytes).AsSpan<byte>().ToArray(), ElementCast.To(moved, DataType.UInt8, s_context).AsSpan<byte>().ToArray());
    }

    private static Tensor Bytes(int largest) => Tensor.From<byte>([.. Enumerable.Range(1, 24).Select(i => (byte)(1 + (i - 1) % largest))], [2, 3, 4]);

    private static Tensor Move(string move, DataType type, Tensor x)
    {
        string[] lines = move.Split('\n');
        Model model = GraphText.Parse($"(x: {type.ShortName()}[2,3,4]) => (y)\n{string.Join('\n', lines.Reverse())}", opset: 18);
        using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1 });
        return executor.Run(new Dictionary<string, Tensor> { ["x"] = x })["y"];
    }
}
