using EasyQuant.Graphs;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Preparation;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Quantization.Tests.Transformers;

public sealed class GraphPartsTests
{
    [Theory]
    [InlineData(GeluForm.Erf, true)]
    [InlineData(GeluForm.Tanh, true)]
    [InlineData(GeluForm.Operator, false)]
    public void EachPartIsRecognized_HoweverItIsWritten(GeluForm gelu, bool inNodes)
    {
        Model prepared = ModelPreparation.Prepare(new VisionTransformer { ImageSize = 32, Width = 48, Layers = 1, Classes = 5, Gelu = gelu, WritesNormalizationInNodes = inNodes }.Build());

        IReadOnlyList<GraphPart> parts = GraphParts.Find(prepared.Graph, prepared.Opset, QuantizationPlanner.Plan(prepared.Graph, new QuantizationOptions(), []));

        Assert.Equal(
            [
                ("layer normalization", "float"), ("product of two tensors", "integers"), ("softmax", "float"), ("product of two tensors", "integers"),
                ("layer normalization", "float"), ("GELU", "table"), ("layer normalization", "float"),
            ],
            parts.Select(p => (p.Kind, p.Treatment)));
        Assert.All(parts, p => Assert.NotEmpty(p.Reason));
    }

    [Theory]
    [InlineData("e = Erf(x)\ny = Mul(x, e)")]
    [InlineData("e = Tanh(x)\ny = Mul(x, e)")]
    public void WhatOnlyResemblesAGelu_IsNone(string body)
    {
        Model model = GraphText.Parse($"(i: f32[2,8]) => (z)\nx = MatMul(i, w: f32[8,8])\n{body}\nz = MatMul(y, v: f32[8,8])");

        Assert.Empty(GraphParts.Find(model.Graph, model.Opset, QuantizationPlanner.Plan(model.Graph, new QuantizationOptions(), [])));
    }

    [Fact]
    public void AttentionInOneOperator_StaysInFloat_AndSaysWhy()
    {
        Model model = GraphText.Parse("(i: f32[1,4,16]) => (y)\nq = MatMul(i, w: f32[16,16])\na = Attention<q_num_heads=2, kv_num_heads=2>(q, q, q)\ny = MatMul(a, v: f32[16,16])", opset: 23);

        GraphPart part = Assert.Single(GraphParts.Find(model.Graph, model.Opset, QuantizationPlanner.Plan(model.Graph, new QuantizationOptions(), [])));

        Assert.Equal(("attention", "float"), (part.Kind, part.Treatment));
        Assert.Contains("no place to round", part.Reason, StringComparison.Ordinal);
    }
}
