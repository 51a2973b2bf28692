using EasyQuant.Graphs;
using EasyQuant.Quantization.Planning;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Simulation;

/// <summary>
/// How the input of a layer becomes the matrix A of <c>O[r, p] = Σ_k W[r, k] · A[p, k]</c>: p runs over output positions,
/// k over (input channel, kernel row, kernel column) of the position's group, in the order of the weights.
/// </summary>
/// <param name="Channels">Input channels; for matrix products the row length.</param>
/// <param name="Height">Input rows.</param>
/// <param name="Width">Input columns.</param>
/// <param name="KernelHeight">Kernel rows.</param>
/// <param name="KernelWidth">Kernel columns.</param>
/// <param name="StrideY">Step between output rows.</param>
/// <param name="StrideX">Step between output columns.</param>
/// <param name="DilationY">Step between kernel rows.</param>
/// <param name="DilationX">Step between kernel columns.</param>
/// <param name="PadTop">Padding rows above.</param>
/// <param name="PadLeft">Padding columns on the left.</param>
/// <param name="OutputHeight">Output rows.</param>
/// <param name="OutputWidth">Output columns.</param>
/// <param name="Groups">Groups of channels.</param>
internal readonly record struct PatchGeometry(
    int Channels, int Height, int Width,
    int KernelHeight, int KernelWidth,
    int StrideY, int StrideX,
    int DilationY, int DilationX,
    int PadTop, int PadLeft,
    int OutputHeight, int OutputWidth,
    int Groups)
{
    /// <summary>Output positions of one image.</summary>
    public int Positions => OutputHeight * OutputWidth;

    /// <summary>Elements of a patch: K.</summary>
    public int RowLength => Channels / Groups * KernelHeight * KernelWidth;

    /// <summary>Elements of one input image.</summary>
    public int InputLength => Channels * Height * Width;

    /// <summary>Whether every row of A is a run of the input as it lies in memory.</summary>
    public bool IsMatrix { get; private init; }

    /// <summary>The geometry of a layer over one image (or one matrix) of an input of this shape, and how many of them it holds.</summary>
    /// <exception cref="InvalidModelException">The shapes do not fit each other.</exception>
    public static (PatchGeometry Geometry, int Images) Of(QuantizableLayer layer, Shape input, Shape output) =>
        layer.Kind == LayerKind.Convolution ? OfConvolution(layer, input, output) : (OfMatrix(layer, input), 1);

    private static PatchGeometry OfMatrix(QuantizableLayer layer, Shape input)
    {
        int positions = input.Product(0, input.Rank - 1);
        return new PatchGeometry(layer.RowLength, positions, 1, 1, 1, 1, 1, 1, 1, 0, 0, positions, 1, 1) { IsMatrix = true };
    }

    private static (PatchGeometry, int) OfConvolution(QuantizableLayer layer, Shape input, Shape output)
    {
        Node node = layer.Node;
        Shape weight = layer.Weight.Shape;
        bool oneDimensional = weight.Rank == 3;
        int kernelHeight = oneDimensional ? 1 : weight[2];
        int kernelWidth = weight[^1];
        int height = oneDimensional ? 1 : input[2];
        int width = input[^1];
        (int strideY, int strideX) = Pair(node.GetInts("strides"), 1, oneDimensional);
        (int dilationY, int dilationX) = Pair(node.GetInts("dilations"), 1, oneDimensional);
        int outputHeight = oneDimensional ? 1 : output[2];
        int outputWidth = output[^1];
        (int top, int left) = node.GetString("auto_pad", "NOTSET") switch
        {
            "NOTSET" or "VALID" => Pair(node.GetInts("pads"), 0, oneDimensional),
            "SAME_UPPER" => (Total(outputHeight, strideY, kernelHeight, dilationY, height) / 2, Total(outputWidth, strideX, kernelWidth, dilationX, width) / 2),
            "SAME_LOWER" => ((Total(outputHeight, strideY, kernelHeight, dilationY, height) + 1) / 2, (Total(outputWidth, strideX, kernelWidth, dilationX, width) + 1) / 2),
            var other => throw new InvalidModelException($"{node.Label}: auto_pad is '{other}', expected NOTSET, VALID, SAME_UPPER or SAME_LOWER."),
        };
        PatchGeometry geometry = new(
            input[1], height, width, kernelHeight, kernelWidth, strideY, strideX, dilationY, dilationX, top, left, outputHeight, outputWidth, layer.Groups);
        return geometry.RowLength == layer.RowLength
            ? (geometry, input[0])
            : throw new InvalidModelException($"{node.Label}: input {input} has {input[1]} channels, expected {layer.RowLength / (kernelHeight * kernelWidth) * layer.Groups} for weight {weight}.");
    }

    private static (int Y, int X) Pair(IReadOnlyList<long>? values, int absent, bool oneDimensional) => values switch
    {
        null => (absent, absent),
        _ when oneDimensional => (absent, (int)values[0]),
        _ => ((int)values[0], (int)values[1]),
    };

    private static int Total(int output, int stride, int kernel, int dilation, int input) =>
        Math.Max(0, (output - 1) * stride + (kernel - 1) * dilation + 1 - input);
}
