using EasyQuant.Graphs;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>Why operators that have no integer form stay in float.</summary>
public static class FloatReasons
{
    /// <summary>The reason.</summary>
    public static string Of(Node node) => KindOf(node) switch
    {
        "layer normalization" => "layer normalization divides by the deviation of what it reads",
        "softmax" => "softmax divides exponentials by their sum",
        "attention" => "attention in one operator leaves no place to round between its two products",
        _ => $"{node.OpType} has no integer form",
    };

    /// <summary>What part of a transformer the operator is; null where it is none of those that stay in float.</summary>
    public static string? KindOf(Node node) => node.OpType switch
    {
        "LayerNormalization" or "RMSNormalization" or "SkipLayerNormalization" => "layer normalization",
        "Softmax" or "LogSoftmax" => "softmax",
        "Attention" or "MultiHeadAttention" or "FlexAttention" or "LinearAttention" => "attention",
        _ => null,
    };
}
