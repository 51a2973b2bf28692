using EasyQuant.Evaluation.Metrics.Detection;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Graphs;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Evaluation.Tests.Tasks;

public sealed class YoloxDecoderTests
{
    // A 64 x 32 input has 4 x 8, 2 x 4 and 1 x 2 cells.
    private const int Cells = 32 + 8 + 2;

    [Fact]
    public void ACell_GivesABoxInPixels()
    {
        Tensor output = Tensor.From(new float[Cells * 7], [1, Cells, 7]);

        // Stride 16, row 1, column 2: cell 32 + 4 + 2.
        ((float[])[0.5f, 0.25f, MathF.Log(2), 0, 0.5f, 0.1f, 0.8f]).CopyTo(output.AsMutableSpan<float>()[(38 * 7)..]);

        ScoredBox only = Assert.Single(YoloxDecoder.Decode(output, height: 32, width: 64, "output"));

        // Centre 16 · (2.5, 1.25), size 16 · (2, 1).
        Assert.Equal((1, 0.4f), (only.Class, only.Score));
        Assert.Equal(24, only.Box.Left, 1e-5);
        Assert.Equal(12, only.Box.Top, 1e-5);
        Assert.Equal(56, only.Box.Right, 1e-5);
        Assert.Equal(28, only.Box.Bottom, 1e-5);
    }

    [Fact]
    public void WhatIsNoNumber_IsNoDetection()
    {
        Tensor output = Tensor.Allocate(DataType.Float32, [1, Cells, 7]);
        output.AsMutableSpan<float>().Fill(float.NaN);

        Assert.Empty(YoloxDecoder.Decode(output, 32, 64, "output"));
    }

    [Theory]
    [InlineData(Cells + 1, 7)]
    [InlineData(Cells, 5)]
    public void AnotherForm_IsRefused_WithTheExpectedOne(int cells, int fields)
    {
        Tensor output = Tensor.Allocate(DataType.Float32, [1, cells, fields]);

        string message = Assert.Throws<InvalidModelException>(() => YoloxDecoder.Decode(output, 32, 64, "Model 'm': output 'y'")).Message;

        Assert.Contains("Model 'm': output 'y'", message);
        Assert.Contains($"1x{Cells}x(5 + classes)", message);
    }
}
