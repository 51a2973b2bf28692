using EasyQuant.Kernels.FloatProducts;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>A convolution of one group with blocked output; the input may be plain, and is read plane by plane where it has few channels.</summary>
internal sealed unsafe class BlockedConvolution(SpatialWindow window, BlockedWeights weights, ConvolutionEpilogue epilogue, bool readsBlocks)
    : SingleOutputOperator
{
    private const int TilesPerTask = 16;
    private const int StripsOfCopy = 8;

    private readonly Tensor? _factor = epilogue.Factor is { } f ? BlockedWeights.Padded(f, weights.OutChannels) : null;
    private readonly Tensor? _offset = epilogue.Offset is { } o ? BlockedWeights.Padded(o, weights.OutChannels) : null;

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        BlockedPicture.Check(x, readsBlocks, weights, groups: 1);
        WindowWalk walk = BlockedPicture.Walk(window, x, readsBlocks, weights);
        (WindowAxis vertical, WindowAxis horizontal) = (walk.Axes[0], walk.Axes[1]);
        Tensor y = context.Allocate(DataType.Float32, ChannelBlocks.ShapeFor(x.Shape[0], weights.OutChannels, vertical.Output, horizontal.Output));
        if (y.Count == 0)
        {
            return y;
        }

        if (walk.Axes.All(a => a is { Kernel: 1, Stride: 1, Before: 0, After: 0 }))
        {
            // Without neighbours the picture is one long row.
            (vertical, horizontal) = (new WindowAxis(1, 1, 1, 1, 1, 0, 0), new WindowAxis(walk.InputCount, walk.OutputCount, 1, 1, 1, 0, 0));
        }

        PaddedRows rows = new(
            x, readsBlocks, weights.InChannels, !readsBlocks && ConvolutionOrder.IsByPlane(weights.InChannels), vertical, horizontal,
            Math.Max(ConvolutionTile.Run, horizontal.Output));
        Multiply(rows.IsTheInput ? x : Copy(rows, x.Shape[0], context), rows, vertical, horizontal, y, context);
        return y;
    }

    private static Tensor Copy(PaddedRows rows, int batch, OperatorContext context)
    {
        Tensor copy = context.Allocate(DataType.Float32, [batch, rows.Planes, rows.Rows, rows.Pitch, rows.Lanes]);
        int rowLength = rows.Pitch * rows.Lanes;
        int strips = ChannelBlocks.AreSharedByRows(rows.Rows, rows.Pitch) ? StripsOfCopy : 1;
        context.ForEach(batch * rows.Planes * strips, (long)rows.Rows * rowLength / strips, task =>
        {
            (int stripOfBatch, int plane) = Math.DivRem(task, rows.Planes);
            (int n, int strip) = Math.DivRem(stripOfBatch, strips);
            int first = rows.Rows * strip / strips;
            int count = rows.Rows * (strip + 1) / strips - first;
            fixed (float* target = copy.AsMutableSpan<float>())
            {
                rows.Fill(n, plane, first, count, target + (((long)n * rows.Planes + plane) * rows.Rows + first) * rowLength);
            }
        });
        return copy;
    }

    private void Multiply(Tensor x, PaddedRows rows, WindowAxis vertical, WindowAxis horizontal, Tensor y, OperatorContext context)
    {
        int planeLength = x.Count / (y.Shape[0] * rows.Planes);
        ConvolutionSegment[] segments = Segments(rows, planeLength, vertical, horizontal);
        RunGrid grid = new(vertical.Output, horizontal.Output);
        int panels = (y.Shape[1] + 1) / 2;
        int strips = (grid.Tiles + TilesPerTask - 1) / TilesPerTask;
        int depth = weights.InChannels * weights.Taps;
        Tensor packed = weights.Panels;
        bool byRows = ChannelBlocks.AreSharedByRows(vertical.Output, horizontal.Output);
        context.ForEach(y.Shape[0] * strips * panels, (long)depth * TilesPerTask * ConvolutionTile.Run, task =>
        {
            (int n, int part) = Math.DivRem(task, strips * panels);
            (int strip, int panel) = byRows ? Math.DivRem(part, panels) : (part % strips, part / strips);
            int block = 2 * panel;
            int channel = block * ChannelBlocks.Lanes;
            fixed (ConvolutionSegment* segmentPointer = segments)
            fixed (float* input = x.AsSpan<float>(), output = y.AsMutableSpan<float>(), weightPointer = packed.AsSpan<float>(), bias = weights.Biases.AsSpan<float>())
            fixed (float* factor = _factor is null ? default : _factor.AsSpan<float>(), offset = _offset is null ? default : _offset.AsSpan<float>())
            {
                int outputs = vertical.Output * horizontal.Output;
                ConvolutionTile tile = new()
                {
                    PixelStep = horizontal.Stride * rows.Lanes,
                    Segments = segmentPointer,
                    SegmentCount = segments.Length,
                    Blocks = Math.Min(2, y.Shape[1] - block),
                    Weights = weightPointer + (long)channel * depth,
                    Bias = bias + channel,
                    Factor = factor == null ? null : factor + channel,
                    Offset = offset + channel,
                    Low = epilogue.Low,
                    High = epilogue.High,
                    BlockStep = (nint)outputs * ChannelBlocks.Lanes,
                };
                float* picture = input + (long)n * rows.Planes * planeLength;
                float* result = output + ((long)n * y.Shape[1] + block) * outputs * ChannelBlocks.Lanes;
                int rowStep = vertical.Stride * rows.Pitch * rows.Lanes;
                int last = Math.Min(grid.Tiles, (strip + 1) * TilesPerTask);
                for (int i = strip * TilesPerTask; i < last; i++)
                {
                    grid.Run(ConvolutionTileKernels.Best, ref tile, i, picture, rowStep, result);
                }
            }
        });
    }

    // In ConvolutionOrder: for each block of channels and tap the block's channels; by plane the taps of a kernel's row, which are
    // neighbours unless dilated or blocked.
    private ConvolutionSegment[] Segments(PaddedRows rows, int planeLength, WindowAxis vertical, WindowAxis horizontal)
    {
        bool isByPlane = ConvolutionOrder.IsByPlane(weights.InChannels);
        bool joinsTaps = rows.Lanes == 1 && horizontal.Dilation == 1;
        int groups = isByPlane ? weights.InChannels : rows.Planes;
        List<ConvolutionSegment> segments = [];
        for (int group = 0; group < groups; group++)
        {
            nint first = isByPlane && rows.Lanes > 1 ? group : (nint)group * planeLength;
            int length = joinsTaps ? horizontal.Kernel : isByPlane ? 1 : Math.Min(rows.Lanes, weights.InChannels - group * rows.Lanes);
            for (int j = 0; j < vertical.Kernel; j++)
            {
                for (int k = 0; k < (joinsTaps ? 1 : horizontal.Kernel); k++)
                {
                    nint tap = (nint)(j * vertical.Dilation * rows.Pitch + k * horizontal.Dilation) * rows.Lanes;
                    segments.Add(new ConvolutionSegment(first + tap, length));
                }
            }
        }

        return [.. segments];
    }
}
