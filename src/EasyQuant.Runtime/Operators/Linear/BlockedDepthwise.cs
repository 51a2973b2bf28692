using EasyQuant.Kernels.FloatProducts;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>A depthwise convolution with blocked output: some rows of a block at a time are laid in zero padding and convolved while they are near.</summary>
internal sealed unsafe class BlockedDepthwise(SpatialWindow window, BlockedWeights weights, ConvolutionEpilogue epilogue, bool readsBlocks)
    : SingleOutputOperator
{
    // A quarter of what the nearest large cache of today's processors holds.
    private const int FloatsAtOnce = 32 * 1024;

    [ThreadStatic]
    private static Tensor? t_rows;

    private readonly Tensor? _factor = epilogue.Factor is { } f ? BlockedWeights.Padded(f, weights.OutChannels) : null;
    private readonly Tensor? _offset = epilogue.Offset is { } o ? BlockedWeights.Padded(o, weights.OutChannels) : null;

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        BlockedPicture.Check(x, readsBlocks, weights, weights.OutChannels);
        WindowWalk walk = BlockedPicture.Walk(window, x, readsBlocks, weights);
        (WindowAxis vertical, WindowAxis horizontal) = (walk.Axes[0], walk.Axes[1]);
        Tensor y = context.Allocate(DataType.Float32, ChannelBlocks.ShapeFor(x.Shape[0], weights.OutChannels, vertical.Output, horizontal.Output));
        if (y.Count == 0)
        {
            return y;
        }

        PaddedRows rows = new(x, readsBlocks, weights.OutChannels, byPlane: false, vertical, horizontal, Math.Max(ConvolutionTile.Run, horizontal.Output));
        ConvolutionSegment[] taps = Taps(rows.Pitch, vertical, horizontal);
        int rowLength = rows.Pitch * ChannelBlocks.Lanes;
        int rowsAtOnce = Math.Clamp(FloatsAtOnce / rowLength / vertical.Stride, Math.Min(vertical.Output, vertical.Kernel + 1), vertical.Output);
        int strips = (vertical.Output + rowsAtOnce - 1) / rowsAtOnce;
        bool byRows = ChannelBlocks.AreSharedByRows(vertical.Output, horizontal.Output);
        context.ForEach(x.Shape[0] * rows.Planes * strips, (long)rowsAtOnce * rowLength * taps.Length / ChannelBlocks.Lanes, task =>
        {
            (int n, int part) = Math.DivRem(task, rows.Planes * strips);
            (int strip, int block) = byRows ? Math.DivRem(part, rows.Planes) : (part % strips, part / strips);
            int first = strip * rowsAtOnce;
            int count = Math.Min(rowsAtOnce, vertical.Output - first);
            int needed = rows.RowsFor(count);
            if (t_rows is null || t_rows.Count < needed * rowLength)
            {
                t_rows = Tensor.Allocate(DataType.Float32, [needed * rowLength]);
            }

            fixed (float* padded = t_rows.AsMutableSpan<float>(), output = y.AsMutableSpan<float>())
            {
                rows.Fill(n, block, first * vertical.Stride, needed, padded);
                float* result = output + (((long)n * rows.Planes + block) * vertical.Output + first) * horizontal.Output * ChannelBlocks.Lanes;
                Convolve(padded, block, taps, horizontal.Stride, vertical.Stride * rowLength, new RunGrid(count, horizontal.Output), result);
            }
        });
        return y;
    }

    private void Convolve(float* padded, int block, ConvolutionSegment[] taps, int stride, int rowStep, RunGrid grid, float* output)
    {
        int channel = block * ChannelBlocks.Lanes;
        fixed (ConvolutionSegment* segments = taps)
        fixed (float* weightPointer = weights.Panels.AsSpan<float>(), bias = weights.Biases.AsSpan<float>())
        fixed (float* factor = _factor is null ? default : _factor.AsSpan<float>(), offset = _offset is null ? default : _offset.AsSpan<float>())
        {
            ConvolutionTile tile = new()
            {
                PixelStep = stride * ChannelBlocks.Lanes,
                Segments = segments,
                SegmentCount = taps.Length,
                Blocks = 1,
                Weights = weightPointer + (long)channel * taps.Length,
                Bias = bias + channel,
                Factor = factor == null ? null : factor + channel,
                Offset = offset + channel,
                Low = epilogue.Low,
                High = epilogue.High,
            };
            for (int i = 0; i < grid.Tiles; i++)
            {
                grid.Run(ConvolutionTileKernels.Depthwise, ref tile, i, padded, rowStep, output);
            }
        }
    }

    private static ConvolutionSegment[] Taps(int pitch, WindowAxis vertical, WindowAxis horizontal)
    {
        ConvolutionSegment[] taps = new ConvolutionSegment[vertical.Kernel * horizontal.Kernel];
        for (int i = 0; i < taps.Length; i++)
        {
            (int j, int k) = Math.DivRem(i, horizontal.Kernel);
            taps[i] = new ConvolutionSegment((nint)(j * vertical.Dilation * pitch + k * horizontal.Dilation) * ChannelBlocks.Lanes, ChannelBlocks.Lanes);
        }

        return taps;
    }
}
