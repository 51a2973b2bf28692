using EasyQuant.Evaluation.Conformance;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Evaluation.Tests.Conformance;

public sealed class TensorMatchTests
{
    [Theory]
    [InlineData(1000f, 1000.9f)]
    [InlineData(0f, 0.9e-6f)]
    [InlineData(float.NaN, float.NaN)]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity)]
    public void CloseNumbersMatch(float expected, float actual) => Assert.Null(Difference(expected, actual));

    [Theory]
    [InlineData(1000f, 1001.1f)]
    [InlineData(0f, 1.1e-6f)]
    [InlineData(1f, float.NaN)]
    [InlineData(float.NaN, 1f)]
    [InlineData(float.PositiveInfinity, 3f)]
    [InlineData(float.PositiveInfinity, float.NegativeInfinity)]
    public void OthersAreNamed(float expected, float actual) => Assert.Contains("at index 1", Difference(expected, actual));

    [Fact]
    public void ShapeAndTypeCount()
    {
        Tensor expected = Tensor.From<float>([1, 2], [2]);

        Assert.Contains("expected f32[2]", TensorMatch.FirstDifference("y", expected, Tensor.From<float>([1, 2], [1, 2])));
        Assert.Contains("expected f32[2]", TensorMatch.FirstDifference("y", expected, Tensor.From<int>([1, 2], [2])));
    }

    [Fact]
    public void IntegersHaveToBeEqual()
    {
        Tensor expected = Tensor.From<long>([1, 2, 1000], [3]);

        Assert.Null(TensorMatch.FirstDifference("y", expected, Tensor.From<long>([1, 2, 1000], [3])));
        Assert.Contains("element 2", TensorMatch.FirstDifference("y", expected, Tensor.From<long>([1, 2, 1001], [3])));
    }

    private static string? Difference(float expected, float actual) =>
        TensorMatch.FirstDifference("y", Tensor.From<float>([7, expected], [2]), Tensor.From<float>([7, actual], [2]));
}
