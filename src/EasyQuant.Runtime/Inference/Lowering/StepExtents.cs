using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>Whether the extents of what a step reads, holds and writes belong together. Kernels take pointers and look at nothing.</summary>
/// <remarks>
/// The extents of a tensor follow from the graph where they can, and are otherwise what the file declares. A step that does not fit is
/// computed in float instead, where the operator says what is wrong, if anything is.
/// </remarks>
internal static class StepExtents
{
    // Of a kernel, a stride or a padding, with room to multiply.
    private const int Largest = 1 << 15;

    // Of four input channels at one place of a kernel. Four panels that read so many, and as many zeros between them, have 2^31 bytes; they are addressed in 32 bits.
    private const int MostQuads = 1 << 22;

    /// <summary>What does not fit; nothing where all does.</summary>
    public static string? Misfit(NetworkStep step) => step switch
    {
        ConvolutionStep s => OfConvolution(s),
        ProductStep s => OfProduct(s),
        MaxPoolStep s => OfPool(s.Input.Shape, s.Window, s.Output.Shape),
        AveragePoolStep s => OfPool(s.Input.Shape, s.Window, s.Output.Shape),
        GlobalAverageStep s => OfMeans(s),
        TableStep s => Equal(s.Input, s.Output),
        ChannelTableStep s => Equal(s.Input, s.Output),
        SlopeStep s => Equal(s.Input, s.Output),
        MoveStep s => s.Sources.Length == s.Output.Shape.ElementCount && s.Sources.All(i => i >= 0 && i <= s.Input.Shape.ElementCount) ? null
            : $"it moves {s.Sources.Length} elements into {s.Output.Shape}",
        ConcatStep s => OfConcat(s),
        _ => null,
    };

    private static string? OfConvolution(ConvolutionStep step)
    {
        if ((step.Output?.Shape ?? step.FloatOutput!.Shape?.ToStatic()) is not { } output)
        {
            return "the extents of its result are not known";
        }

        Shape input = step.Input.Shape;
        LayerWeights weights = step.Weights;
        int channels = step.Input.Channels;
        bool isGrouped = weights.Groups > 0 && channels % weights.Groups == 0 && weights.Channels % weights.Groups == 0;
        if (!isGrouped || weights.Rows.Length != (long)weights.Channels * (channels / weights.Groups) * step.Window.KernelHeight * step.Window.KernelWidth)
        {
            return $"its {weights.Rows.Length} weights do not fit {weights.Channels} output channels in {weights.Groups} groups over an input of {input}";
        }

        long quads = (channels / 4 + 1L) * step.Window.KernelHeight * step.Window.KernelWidth;
        if (quads >= MostQuads)
        {
            return $"each of its sums is of {4 * quads} products, expected less than {4L * MostQuads}";
        }

        bool isMatrix = input.Rank != 4;
        int channelAxis = isMatrix ? output.Rank - 1 : 1;
        return output.Rank != input.Rank || output[channelAxis] != weights.Channels || !HasSameRows(input, output, isMatrix)
            ? $"its result is declared as {output}, which does not follow from its input of {input} and {weights.Channels} output channels"
            : isMatrix ? null : OfWindow(input, step.Window, output);
    }

    private static string? OfProduct(ProductStep step)
    {
        Shape expected = new([.. step.Left.Shape.ToArray()[..^1], step.Right.Shape[^1]]);
        Shape? output = step.Output?.Shape ?? step.FloatOutput!.Shape?.ToStatic();
        return output == expected ? null : $"its result is declared as {output?.ToString() ?? "?"}, expected {expected}";
    }

    private static bool HasSameRows(Shape input, Shape output, bool isMatrix) =>
        isMatrix ? input.Dimensions[..^1].SequenceEqual(output.Dimensions[..^1]) : input[0] == output[0];

    private static string? OfPool(Shape input, Window window, Shape output) =>
        input[0] != output[0] || input[1] != output[1] ? $"its result is declared as {output}, which does not follow from its input of {input}" : OfWindow(input, window, output);

    private static string? OfWindow(Shape input, Window w, Shape output)
    {
        bool isPossible = new[] { w.KernelHeight, w.KernelWidth, w.StrideY, w.StrideX, w.DilationY, w.DilationX }.All(n => n is > 0 and <= Largest)
            && w.PadTop is >= 0 and <= Largest && w.PadLeft is >= 0 and <= Largest
            && ReachesNoFurther(input[2], output[2], w.StrideY, w.KernelHeight, w.DilationY, w.PadTop) && ReachesNoFurther(input[3], output[3], w.StrideX, w.KernelWidth, w.DilationX, w.PadLeft);
        return isPossible ? null : $"its window ({w.KernelHeight}x{w.KernelWidth}) and its result of {output} do not fit its input of {input}";
    }

    private static bool ReachesNoFurther(int input, int outputs, int stride, int kernel, int dilation, int before) =>
        (outputs - 1L) * stride + (kernel - 1L) * dilation + 1 - before <= (long)input + Largest;

    private static string? OfMeans(GlobalAverageStep step)
    {
        Shape? output = step.Output?.Shape ?? step.FloatShape;
        long means = (long)step.Input.Shape[0] * step.Input.Shape[1];
        return output is { Rank: 2 or 4 } known && known.ElementCount == means && known[1] == step.Input.Shape[1] ? null : $"its result is declared as {output}, expected a mean for each of {means} maps";
    }

    private static string? Equal(QuantizedTensor input, QuantizedTensor output) =>
        input.Shape == output.Shape ? null : $"its result is declared as {output.Shape}, though its input has {input.Shape}";

    private static string? OfConcat(ConcatStep step)
    {
        Shape output = step.Output.Shape;
        int axis = output.Rank == 4 ? 1 : output.Rank - 1;
        bool fits = step.Inputs.All(i => i.Shape.Rank == output.Rank && i.Shape.Index().All(d => d.Index == axis || d.Item == output[d.Index]));
        return fits && step.Inputs.Sum(i => (long)i.Shape[axis]) == output[axis] ? null : $"its result is declared as {output}, which is not what its inputs have side by side";
    }
}
