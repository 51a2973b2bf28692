using EasyQuant.Kernels.FloatProducts;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>A convolution as a matrix product: for 32 outputs at a time their inputs are gathered into a panel that all output channels read.</summary>
internal static unsafe class PanelConvolution
{
    [ThreadStatic]
    private static float[]? t_panel;

    public static void Run(
        Tensor x, ConvolutionWeights weights, Tensor? bias, WindowWalk walk, float low, float high, Tensor y, OperatorContext context)
    {
        int outputs = walk.OutputCount;
        int inputs = walk.InputCount;
        int panels = (outputs + FloatTileKernel.Columns - 1) / FloatTileKernel.Columns;
        int strips = (weights.OutChannels + FloatTileKernel.Rows - 1) / FloatTileKernel.Rows;
        int planes = x.Shape[0] * weights.Groups;
        int channels = weights.OutChannels * weights.Groups;
        PanelGather gather = new(walk, weights.InChannels);
        float[] biases = Biases(bias, channels);

        // Few outputs: the strips are divided among the threads too, and each gathers for itself.
        int parts = Math.Clamp(2 * context.Workers.Threads / Math.Max(1, planes * panels), 1, Math.Max(1, strips));
        context.ForRanges(planes * panels * parts, (long)weights.Depth * weights.OutChannels * FloatTileKernel.Columns / parts / 16, (start, end) =>
        {
            float[] panel = Panel(weights.Depth * FloatTileKernel.Columns);
            int gathered = -1;
            for (int i = start; i < end; i++)
            {
                (int job, int part) = Math.DivRem(i, parts);
                (int plane, int panelIndex) = Math.DivRem(job, panels);
                (int n, int g) = Math.DivRem(plane, weights.Groups);
                int first = panelIndex * FloatTileKernel.Columns;
                int columns = Math.Min(FloatTileKernel.Columns, outputs - first);
                if (gathered != job)
                {
                    gather.Fill(x.AsSpan<float>().Slice(plane * weights.InChannels * inputs, weights.InChannels * inputs), first, columns, panel.AsSpan(0, weights.Depth * FloatTileKernel.Columns));
                    gathered = job;
                }

                fixed (float* panelPointer = panel, stripPointer = weights.Strips[g], result = y.AsMutableSpan<float>(), biasPointer = biases)
                {
                    for (int s = strips * part / parts; s < strips * (part + 1) / parts; s++)
                    {
                        int channel = g * weights.OutChannels + s * FloatTileKernel.Rows;
                        int rows = Math.Min(FloatTileKernel.Rows, weights.OutChannels - s * FloatTileKernel.Rows);
                        FloatTileKernels.Best.Run(
                            stripPointer + (long)s * FloatTileKernel.Rows * weights.Depth, panelPointer, weights.Depth,
                            biasPointer + channel, low, high,
                            result + ((long)n * channels + channel) * outputs + first, outputs, rows, columns);
                    }
                }
            }
        });
    }

    private static float[] Panel(int length)
    {
        if (t_panel is null || t_panel.Length < length)
        {
            t_panel = new float[length];
        }

        return t_panel;
    }

    // A strip reads as many biases as a tile has rows, even where fewer channels are left.
    private static float[] Biases(Tensor? bias, int channels)
    {
        float[] biases = new float[channels + FloatTileKernel.Rows];
        bias?.AsSpan<float>().CopyTo(biases);
        return biases;
    }
}
