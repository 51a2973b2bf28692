using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>Finds poolings of quantized images.</summary>
/// <param name="integerOf">The tensor that a float value is dequantized from, where it is.</param>
/// <param name="constants">What follows from constants.</param>
internal sealed class PoolMatching(Func<Value, QuantizedTensor?> integerOf, ConstantReading constants)
{
    private const string NoImage = "its input is not a quantized image";

    /// <summary>Whether the node computes means of whole maps.</summary>
    public bool IsGlobalMean(Node node) => IsGlobalMean(node, constants.Of);

    /// <summary>The same, with what is known of constants.</summary>
    public static bool IsGlobalMean(Node node, Func<Value, Tensor?> constantOf) => node.Is("GlobalAveragePool") || (node.Is("ReduceMean") && ReducesMaps(node, constantOf));

    /// <summary>Means of whole maps, rounded or as reals.</summary>
    public (NetworkStep? Step, string Reason) MatchGlobalMean(Node node, QuantizedTensor? output, Value? floatOutput)
    {
        if (integerOf(node.Inputs[0]!) is not { Shape.Rank: 4 } input)
        {
            return (null, NoImage);
        }

        GlobalAverageStep step = new(node.Label, input, output, floatOutput);
        return SumsFit(step.Positions, output is null ? 0 : step.Multiplier()) ? (step, "") : (null, "its sums could exceed 32 bits");
    }

    /// <summary>The largest of each window, or of whole maps.</summary>
    public (NetworkStep? Step, string Reason) MatchMaximum(Node node, QuantizedTensor output)
    {
        if (integerOf(node.Inputs[0]!) is not { Shape.Rank: 4 } input || output.Shape.Rank != 4 || node.Outputs.Count > 1)
        {
            return (null, NoImage);
        }

        Window? window = node.Is("GlobalMaxPool")
            ? Window.Single with { KernelHeight = input.Shape[2], KernelWidth = input.Shape[3] }
            : WindowReading.Of(node, input.Shape, output.Shape);
        return window is not null && Reaches(window, input.Shape, output.Shape)
            ? (new MaxPoolStep(node.Label, input, window, output), "")
            : (null, "a window lies outside of its input");
    }

    /// <summary>The mean of each window.</summary>
    public (NetworkStep? Step, string Reason) MatchMean(Node node, QuantizedTensor output)
    {
        if (integerOf(node.Inputs[0]!) is not { Shape.Rank: 4 } input || output.Shape.Rank != 4)
        {
            return (null, NoImage);
        }

        if (WindowReading.Of(node, input.Shape, output.Shape) is not { } window || !Reaches(window, input.Shape, output.Shape))
        {
            return (null, "a window lies outside of its input");
        }

        (int bottom, int right) = node.GetInt("count_include_pad", 0) == 0 ? (-1, -1) : WindowReading.PaddingBehind(node, window, input.Shape, output.Shape);
        AveragePoolStep step = new(
            node.Label, input, window,
            Counts(output.Shape[2], window.KernelHeight, window.StrideY, window.DilationY, window.PadTop, input.Shape[2], bottom),
            Counts(output.Shape[3], window.KernelWidth, window.StrideX, window.DilationX, window.PadLeft, input.Shape[3], right), output);
        return SumsFit((long)window.KernelHeight * window.KernelWidth, step.Multiplier(1)) ? (step, "") : (null, "its sums could exceed 32 bits");
    }

    // Of the taps of each output along one axis those that count: in the input, or in its padding too where that is declared (−1: it does not count).
    private static int[] Counts(int outputs, int kernel, int stride, int dilation, int before, int extent, int behind) =>
    [
        .. Enumerable.Range(0, outputs).Select(o => Enumerable.Range(0, kernel).Count(k =>
            o * stride - before + k * dilation is int i && (behind < 0 ? i >= 0 && i < extent : i < extent + behind))),
    ];

    private static bool Reaches(Window window, Shape input, Shape output) =>
        Reaches(output[2], window.KernelHeight, window.StrideY, window.DilationY, window.PadTop, input[2])
        && Reaches(output[3], window.KernelWidth, window.StrideX, window.DilationX, window.PadLeft, input[3]);

    private static bool Reaches(int outputs, int kernel, int stride, int dilation, int before, int extent) =>
        Enumerable.Range(0, outputs).All(o => Enumerable.Range(0, kernel).Any(k => (uint)(o * stride - before + k * dilation) < (uint)extent));

    private static bool SumsFit(long positions, float multiplier) => Rounding.Fits(255.0 * positions, multiplier) && 255 * positions < int.MaxValue;

    private static bool ReducesMaps(Node node, Func<Value, Tensor?> constantOf)
    {
        IReadOnlyList<long>? axes = node.GetInts("axes")
            ?? (node.InputOrDefault(1) is { } given && constantOf(given) is { Type: DataType.Int64 } list ? list.AsSpan<long>().ToArray() : null);
        return axes is { Count: 2 } && node.Inputs[0]!.Shape?.Rank is null or 4 && axes.Select(a => a < 0 ? a + 4 : a).Order().SequenceEqual([2, 3]);
    }
}
