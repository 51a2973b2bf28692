using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>Reads the windows of two-dimensional convolutions and poolings.</summary>
internal static class WindowReading
{
    /// <summary>The window, or null where the node has other than two spatial axes, or extents that make no window.</summary>
    /// <param name="node">The convolution or pooling.</param>
    /// <param name="input">The extents of its input.</param>
    /// <param name="output">The extents of its output.</param>
    /// <param name="kernel">The kernel's extents.</param>
    public static Window? Of(Node node, Shape input, Shape output, (int Height, int Width)? kernel = null)
    {
        if (input.Rank != 4 || output.Rank != 4)
        {
            return null;
        }

        (int height, int width) = kernel ?? Pair(node, "kernel_shape", 1);
        (int strideY, int strideX) = Pair(node, "strides", 1);
        (int dilationY, int dilationX) = Pair(node, "dilations", 1);
        string autoPad = node.GetString("auto_pad", "NOTSET");
        (int top, int left) = autoPad is "SAME_UPPER" or "SAME_LOWER"
            ? (Same(output[2], strideY, height, dilationY, input[2], autoPad), Same(output[3], strideX, width, dilationX, input[3], autoPad))
            : Pair(node, "pads", 0);
        return new[] { height, width, strideY, strideX, dilationY, dilationX }.Min() > 0 && Math.Min(top, left) >= 0
            ? new Window(height, width, strideY, strideX, dilationY, dilationX, top, left)
            : null;
    }

    /// <summary>The padding that the node declares below and to the right of the input.</summary>
    /// <param name="node">The convolution or pooling.</param>
    /// <param name="window">Its window.</param>
    /// <param name="input">The extents of its input.</param>
    /// <param name="output">The extents of its output.</param>
    public static (int Bottom, int Right) PaddingBehind(Node node, Window window, Shape input, Shape output) =>
        node.GetString("auto_pad", "NOTSET") is "SAME_UPPER" or "SAME_LOWER" ? (window.PadBottom(input[2], output[2]), window.PadRight(input[3], output[3]))
        : node.GetInts("pads") is { Count: 4 } pads ? (Bounded(pads[2]), Bounded(pads[3]))
        : (0, 0);

    private static (int Y, int X) Pair(Node node, string attribute, int absent) =>
        node.GetInts(attribute) is { Count: >= 2 } values ? (Bounded(values[0]), Bounded(values[1])) : (absent, absent);

    // Beyond this no window fits; as -1 it is refused with the others that make no sense.
    private static int Bounded(long value) => value is >= 0 and <= 1 << 15 ? (int)value : -1;

    private static int Same(int output, int stride, int kernel, int dilation, int input, string autoPad)
    {
        int total = Math.Max(0, (output - 1) * stride + (kernel - 1) * dilation + 1 - input);
        return autoPad == "SAME_UPPER" ? total / 2 : (total + 1) / 2;
    }
}
