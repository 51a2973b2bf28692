using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>Reads Conv, Gemm and MatMul nodes whose weights and bias are dequantized constants.</summary>
/// <param name="constants">What follows from constants.</param>
internal sealed class LayerReading(ConstantReading constants)
{
    private const string NotQuantized = "its weights are not quantized constants";

    /// <summary>Whether the operator is one of them.</summary>
    public static bool IsLayer(Node node) => node.Is("Conv") || node.Is("Gemm") || node.Is("MatMul");

    /// <summary>The product that a node adds a constant to, as a MatMul has its bias; null where it does something else.</summary>
    public (Node Product, Value Bias)? BiasedProduct(Node node)
    {
        if (!node.Is("Add"))
        {
            return null;
        }

        for (int i = 0; i < 2; i++)
        {
            if (node.Inputs[i] is { Uses.Count: 1, Producer: { } product } && product.Is("MatMul") && node.Inputs[1 - i] is { } bias && constants.Of(bias) is { Shape.Rank: > 0 } added && added.Shape[^1] == added.Count)
            {
                return (product, bias);
            }
        }

        return null;
    }

    /// <summary>The integer weights, or why there are none.</summary>
    /// <param name="node">The layer.</param>
    /// <param name="bias">Its bias, where there is one.</param>
    /// <param name="inputScale">The step of its input.</param>
    public (LayerWeights? Weights, string Reason) Weights(Node node, Value? bias, float inputScale)
    {
        if (node.Is("Gemm") && (node.GetFloat("alpha", 1) != 1 || node.GetFloat("beta", 1) != 1 || node.GetInt("transA", 0) != 0))
        {
            return (null, "alpha, beta or transA are not the defaults");
        }

        if (StoredWeights(node) is not { } stored || node.Inputs[1]!.Producer is not { } dequantize)
        {
            return (null, NotQuantized);
        }

        // Conv counts output channels along the first axis of its weights, a matrix product along its columns unless transposed.
        bool alongColumns = node.Is("MatMul") || (node.Is("Gemm") && node.GetInt("transB", 0) == 0);
        if (constants.Of(dequantize.Inputs[1]!) is not { Type: DataType.Float32 } scales || (alongColumns && stored.Shape.Rank != 2))
        {
            return (null, "its weights have no constant step for each output channel");
        }

        int axis = alongColumns ? 1 : 0;
        int[]? zeroPoints = ZeroPoints(dequantize, scales.Count);
        int channels = stored.Shape.Rank > axis ? stored.Shape[axis] : 0;
        long stepAxis = dequantize.GetInt("axis", 1);
        if (zeroPoints is null || channels == 0
            || (scales.Count != 1 && (scales.Count != channels || (stepAxis + stored.Shape.Rank) % stored.Shape.Rank != axis)))
        {
            return (null, "the steps of its weights do not run along its output channels");
        }

        if (Centred(stored, zeroPoints, axis) is not { } elements)
        {
            return (null, "its weights less their zero points do not fit signed bytes");
        }

        float[] steps = [.. Enumerable.Range(0, channels).Select(c => scales.AsSpan<float>()[scales.Count == 1 ? 0 : c])];
        return Bias(bias, inputScale, steps) is { } integers
            ? (new LayerWeights(alongColumns ? Transposed(elements, channels) : elements, steps, integers, node.Is("Conv") ? (int)node.GetInt("group", 1) : 1), "")
            : (null, "its bias is not one constant for each output channel");
    }

    /// <summary>The stored integers that the layer's weights are dequantized from; null where they are none.</summary>
    public Tensor? StoredWeights(Node node) =>
        node.Inputs[1]!.Producer is { } dequantize && dequantize.Is("DequantizeLinear") && constants.Of(dequantize.Inputs[0]!) is { Type: DataType.Int8 or DataType.UInt8 } stored
            ? stored
            : null;

    // One for each step; null where they are not constant.
    private int[]? ZeroPoints(Node dequantize, int count) =>
        dequantize.InputOrDefault(2) is not { } zero ? new int[count]
        : constants.Of(zero) is { Type: DataType.Int8 or DataType.UInt8 } stored && stored.Count == count ? Integers(stored)
        : null;

    private static sbyte[]? Centred(Tensor stored, int[] zeros, int axis)
    {
        // As nearly all exporters store them.
        if (stored.Type == DataType.Int8 && !zeros.AsSpan().ContainsAnyExcept(0))
        {
            return stored.AsSpan<sbyte>().ToArray();
        }

        int[] elements = Integers(stored);
        int inner = stored.Shape.Product(axis + 1, stored.Shape.Rank);
        sbyte[] centred = new sbyte[elements.Length];
        for (int i = 0; i < elements.Length; i++)
        {
            int difference = elements[i] - zeros[zeros.Length == 1 ? 0 : i / inner % zeros.Length];
            if (difference is < sbyte.MinValue or > sbyte.MaxValue)
            {
                return null;
            }

            centred[i] = (sbyte)difference;
        }

        return centred;
    }

    private static int[] Integers(Tensor tensor) => tensor.Type == DataType.Int8
        ? Array.ConvertAll(tensor.AsSpan<sbyte>().ToArray(), i => (int)i)
        : Array.ConvertAll(tensor.AsSpan<byte>().ToArray(), i => (int)i);

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

    private int[]? Bias(Value? bias, float inputScale, float[] weightScales)
    {
        if (bias is null)
        {
            return new int[weightScales.Length];
        }

        if (StoredBias(bias, inputScale, weightScales) is { } stored)
        {
            return stored;
        }

        // Reals are rounded to the step of the sums, as a bias that was quantized for export is.
        return constants.Of(bias) is { Type: DataType.Float32 } reals && (reals.Count == weightScales.Length || reals.Count == 1)
            ? [.. weightScales.Select((s, c) => (int)Math.Clamp(Math.Round((double)reals.AsSpan<float>()[reals.Count == 1 ? 0 : c] / (inputScale * s), MidpointRounding.ToEven), int.MinValue / 2, int.MaxValue / 2))]
            : null;
    }

    // Integers in steps of the sums; null where they are in other steps.
    private int[]? StoredBias(Value bias, float inputScale, float[] weightScales)
    {
        if (bias.Producer is not { } dequantize || !dequantize.Is("DequantizeLinear") || dequantize.InputOrDefault(2) is { } zero && constants.Of(zero)?.Bytes.Span.ContainsAnyExcept((byte)0) != false
            || constants.Of(dequantize.Inputs[0]!) is not { Type: DataType.Int32 } stored || stored.Count != weightScales.Length
            || constants.Of(dequantize.Inputs[1]!) is not { Type: DataType.Float32 } scales || (scales.Count != 1 && scales.Count != stored.Count))
        {
            return null;
        }

        // Exporters multiply the steps in single or double precision: the last bits may differ.
        const float Tolerance = 1e-5f;
        for (int c = 0; c < weightScales.Length; c++)
        {
            float expected = inputScale * weightScales[c];
            if (!(MathF.Abs(scales.AsSpan<float>()[scales.Count == 1 ? 0 : c] - expected) <= Tolerance * expected))
            {
                return null;
            }
        }

        return stored.AsSpan<int>().ToArray();
    }
}
