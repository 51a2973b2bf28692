using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators;

/// <summary>How a window moves over the dimensions behind batch and channel: strides, dilations, padding.</summary>
internal sealed class SpatialWindow
{
    private readonly int[]? _kernel;
    private readonly int[]? _strides;
    private readonly int[]? _dilations;
    private readonly int[]? _pads;
    private readonly string _autoPad;
    private readonly bool _ceiling;

    /// <summary>What a convolution or pooling node says.</summary>
    public SpatialWindow(OperatorSite site)
    {
        _kernel = Read(site, "kernel_shape", 1);
        _strides = Read(site, "strides", 1);
        _dilations = Read(site, "dilations", 1);
        _pads = Read(site, "pads", 0);
        _autoPad = site.Node.GetString("auto_pad", "NOTSET") switch
        {
            "" => "NOTSET",
            "NOTSET" or "VALID" or "SAME_UPPER" or "SAME_LOWER" => site.Node.GetString("auto_pad", "NOTSET"),
            string other => throw site.Unsupported($"auto_pad '{other}'"),
        };
        _ceiling = site.Node.GetInt("ceil_mode", 0) != 0;
    }

    /// <summary>The extents of the window, where the node gives them.</summary>
    public int[]? Kernel => _kernel;

    /// <summary>The walk of a window of <paramref name="kernel"/> over an input.</summary>
    /// <exception cref="InvalidOperatorInputException">Attributes and input do not have the same number of dimensions, or nothing fits.</exception>
    public WindowWalk Over(Tensor x, ReadOnlySpan<int> kernel) => Over(x.Shape, kernel);

    /// <inheritdoc cref="Over(Tensor, ReadOnlySpan{int})"/>
    public WindowWalk Over(Shape x, ReadOnlySpan<int> kernel)
    {
        int rank = x.Rank - 2;
        if (rank < 1 || kernel.Length != rank)
        {
            throw new InvalidOperatorInputException($"A tensor of shape {x} does not have batch, channel and {kernel.Length} spatial dimensions.");
        }

        WindowAxis[] axes = new WindowAxis[rank];
        for (int d = 0; d < rank; d++)
        {
            axes[d] = Axis(d, rank, x[d + 2], kernel[d]);
        }

        return new WindowWalk(axes);
    }

    private WindowAxis Axis(int d, int rank, int input, int kernel)
    {
        int stride = Of(_strides, d, rank, 1);
        int dilation = Of(_dilations, d, rank, 1);
        int reach = checked((kernel - 1) * dilation + 1);
        int before = 0;
        int after = 0;
        if (_autoPad == "NOTSET" && _pads is not null)
        {
            before = Of(_pads, d, 2 * rank, 0);
            after = Of(_pads, d + rank, 2 * rank, 0);
        }
        else if (_autoPad is "SAME_UPPER" or "SAME_LOWER")
        {
            int total = Math.Max(0, ((input + stride - 1) / stride - 1) * stride + reach - input);
            before = _autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
            after = total - before;
        }

        long room = (long)input + before + after - reach;
        long steps = _ceiling ? (room + stride - 1) / stride : room / stride;
        if (_ceiling && steps * stride >= input + before)
        {
            // A window that would begin in the padding behind the input is left out.
            steps--;
        }

        int output = room < 0 ? 0 : checked((int)steps + 1);
        return new WindowAxis(input, output, kernel, stride, dilation, before, after);
    }

    private static int Of(int[]? values, int index, int expected, int absent) => values is null ? absent
        : values.Length == expected ? values[index]
        : throw new InvalidOperatorInputException($"{values.Length} strides, dilations or pads are given, expected {expected}.");

    private static int[]? Read(OperatorSite site, string name, int smallest) => site.Node.GetInts(name) is { } values
        ? [.. values.Select(v => v >= smallest && v <= int.MaxValue / 2
            ? (int)v
            : throw new Graphs.InvalidModelException($"{site.Node.Label}: attribute '{name}' holds {v}, expected at least {smallest}."))]
        : null;
}

/// <summary>One dimension of a window's walk: output <c>o</c> reads inputs <c>o · Stride − Before + k · Dilation</c>.</summary>
internal readonly record struct WindowAxis(int Input, int Output, int Kernel, int Stride, int Dilation, int Before, int After)
{
    /// <summary>The first input of output <paramref name="o"/>; may be negative.</summary>
    public int First(int o) => o * Stride - Before;

    /// <summary>The outputs for which tap <paramref name="k"/> reads an input: [Start, End).</summary>
    public (int Start, int End) Inside(int k)
    {
        int shift = Before - k * Dilation;
        int start = shift <= 0 ? 0 : (shift + Stride - 1) / Stride;
        int end = Input - 1 + shift < 0 ? 0 : (Input - 1 + shift) / Stride + 1;
        return (Math.Min(start, Output), Math.Clamp(end, Math.Min(start, Output), Output));
    }
}

/// <summary>A window's walk over all spatial dimensions.</summary>
internal sealed class WindowWalk(WindowAxis[] axes)
{
    public IReadOnlyList<WindowAxis> Axes => axes;

    /// <summary>The output's shape with these extents in front.</summary>
    public Shape OutputShape(int batch, int channels) => new([batch, channels, .. axes.Select(a => a.Output)]);

    /// <summary>The number of outputs of one plane.</summary>
    public int OutputCount => axes.Aggregate(1, (n, a) => checked(n * a.Output));

    /// <summary>The number of inputs of one plane.</summary>
    public int InputCount => axes.Aggregate(1, (n, a) => checked(n * a.Input));

    /// <summary>The number of taps.</summary>
    public int KernelCount => axes.Aggregate(1, (n, a) => checked(n * a.Kernel));

    /// <summary>The input that a tap reads for an output, both numbered row-major, or -1 where it lies in the padding.</summary>
    public int Source(int output, int tap)
    {
        int source = 0;
        int scale = 1;
        for (int d = axes.Length - 1; d >= 0; d--)
        {
            WindowAxis axis = axes[d];
            (output, int o) = Math.DivRem(output, axis.Output);
            (tap, int k) = Math.DivRem(tap, axis.Kernel);
            int index = axis.First(o) + k * axis.Dilation;
            if (index < 0 || index >= axis.Input)
            {
                return -1;
            }

            source += index * scale;
            scale *= axis.Input;
        }

        return source;
    }
}
