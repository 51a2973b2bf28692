using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>Reads Conv, Gemm and MatMul nodes whose weights and bias are dequantized constants.</summary>
internal static class LayerReading
{
    /// <summary>Whether the operator is one of them.</summary>
    public static bool IsLayer(Node node) => node.Is("Conv") || node.Is("Gemm") || node.Is("MatMul");

    /// <summary>The integer weights, or why there are none.</summary>
    /// <param name="node">The layer.</param>
    /// <param name="inputScale">The step of its input.</param>
    public static (LayerWeights? Weights, string Reason) Weights(Node node, float inputScale)
    {
        if (node.Is("Gemm") && (node.GetFloat("alpha", 1) != 1 || node.GetFloat("beta", 1) != 1 || node.GetInt("transA", 0) != 0))
        {
            return (null, "alpha, beta or transA are not the defaults");
        }

        // Conv counts output channels along the first axis of its weights, a matrix product along its columns unless transposed.
        bool alongColumns = node.Is("MatMul") || (node.Is("Gemm") && node.GetInt("transB", 0) == 0);
        if (node.Inputs[1]!.Producer is not { } dequantize || !dequantize.Is("DequantizeLinear") || dequantize.Inputs[0]!.Constant is not { } stored)
        {
            return (null, "its weights are not quantized constants");
        }

        if (dequantize.Inputs[1]!.Constant is not { Type: DataType.Float32 } scales || (alongColumns && stored.Shape.Rank != 2))
        {
            return (null, "its weights have no constant step for each output channel");
        }

        if (Signed(stored, dequantize.InputOrDefault(2)?.Constant) is not { } elements)
        {
            return (null, "its weights are not symmetric 8-bit integers");
        }

        int channels = stored.Shape[alongColumns ? 1 : 0];
        long axis = dequantize.GetInt("axis", 1);
        if (scales.Count != 1 && (scales.Count != channels || (axis + stored.Shape.Rank) % stored.Shape.Rank != (alongColumns ? 1 : 0)))
        {
            return (null, "the steps of its weights do not run along its output channels");
        }

        float[] steps = [.. Enumerable.Range(0, channels).Select(c => scales.AsSpan<float>()[scales.Count == 1 ? 0 : c])];
        return Bias(node, inputScale, steps) is { } bias
            ? (new LayerWeights(alongColumns ? Transposed(elements, channels) : elements, steps, bias, node.Is("Conv") ? (int)node.GetInt("group", 1) : 1), "")
            : (null, "its bias is neither a constant nor dequantized with the step of its sums");
    }

    private static sbyte[]? Signed(Tensor stored, Tensor? zeroPoint)
    {
        bool isZero = zeroPoint is null || zeroPoint.Bytes.Span.IndexOfAnyExcept((byte)0) < 0;
        if (stored.Type == DataType.Int8)
        {
            return isZero ? stored.AsSpan<sbyte>().ToArray() : null;
        }

        // The same weights stored with 128 added.
        return stored.Type == DataType.UInt8 && zeroPoint is not null && zeroPoint.Bytes.Span.IndexOfAnyExcept((byte)128) < 0
            ? Array.ConvertAll(stored.AsSpan<byte>().ToArray(), b => (sbyte)(b - 128))
            : null;
    }

    private static sbyte[] Transposed(sbyte[] matrix, int columns)
    {
        int rows = matrix.Length / columns;
        sbyte[] transposed = new sbyte[matrix.Length];
        for (int i = 0; i < matrix.Length; i++)
        {
            transposed[i % columns * rows + i / columns] = matrix[i];
        }

        return transposed;
    }

    // A float bias is rounded to the step of the sums, as a bias that was quantized for export is.
    private static int[]? Bias(Node node, float inputScale, float[] weightScales)
    {
        if (node.InputOrDefault(2) is not { } bias)
        {
            return new int[weightScales.Length];
        }

        if (bias.Constant is { Type: DataType.Float32 } reals && reals.Count == weightScales.Length)
        {
            return [.. weightScales.Select((s, c) => (int)Math.Clamp(Math.Round((double)reals.AsSpan<float>()[c] / (inputScale * s), MidpointRounding.ToEven), int.MinValue / 2, int.MaxValue / 2))];
        }

        if (bias.Producer is not { } dequantize || !dequantize.Is("DequantizeLinear")
            || dequantize.Inputs[0]!.Constant is not { Type: DataType.Int32 } stored || stored.Count != weightScales.Length
            || dequantize.Inputs[1]!.Constant is not { Type: DataType.Float32 } scales || (scales.Count != 1 && scales.Count != stored.Count))
        {
            return null;
        }

        // Exporters multiply the steps in single or double precision: the last bits may differ.
        const float Tolerance = 1e-5f;
        for (int c = 0; c < weightScales.Length; c++)
        {
            float expected = inputScale * weightScales[c];
            if (MathF.Abs(scales.AsSpan<float>()[scales.Count == 1 ? 0 : c] - expected) > Tolerance * expected)
            {
                return null;
            }
        }

        return stored.AsSpan<int>().ToArray();
    }
}
