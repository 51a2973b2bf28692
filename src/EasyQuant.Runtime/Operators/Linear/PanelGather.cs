using System.Runtime.CompilerServices;
using EasyQuant.Kernels.FloatProducts;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>Brings the inputs of neighbouring outputs side by side: row product in <see cref="ConvolutionOrder"/>, column output; padding is zero.</summary>
/// <remarks>
/// Where a tap finds its inputs depends on the panel but not on the channel, so it is worked out once as a few runs,
/// which are then copied for every channel.
/// </remarks>
internal sealed unsafe class PanelGather(WindowWalk walk, int channels)
{
    private const int Columns = FloatTileKernel.Columns;

    private readonly int _taps = walk.KernelCount;
    private readonly int _inputs = walk.InputCount;
    private readonly WindowAxis _last = walk.Axes[^1];
    private readonly WindowWalk _outer = new([.. walk.Axes.SkipLast(1)]);
    private readonly bool _isPointwise = walk.Axes.All(a => a is { Kernel: 1, Stride: 1, Before: 0 } && a.Input == a.Output);

    /// <summary>Fills a panel for the outputs from <paramref name="first"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(ReadOnlySpan<float> planes, int first, int columns, Span<float> panel)
    {
        if (columns < Columns)
        {
            panel.Clear();
        }

        fixed (float* source = planes, target = panel)
        {
            if (_isPointwise)
            {
                for (int c = 0; c < channels; c++)
                {
                    StridedCopy.Run(source + c * _inputs + first, target + c * Columns, columns, 1);
                }

                return;
            }

            Run* runs = stackalloc Run[3 * Columns];
            for (int tap = 0; tap < _taps; tap++)
            {
                int count = FindRuns(first, columns, tap, runs);
                for (int c = 0; c < channels; c++)
                {
                    float* row = target + ConvolutionOrder.Position(c, tap, channels, _taps) * Columns;
                    for (int i = 0; i < count; i++)
                    {
                        Run run = runs[i];
                        if (run.Source < 0)
                        {
                            new Span<float>(row + run.Column, run.Length).Clear();
                        }
                        else
                        {
                            StridedCopy.Run(source + c * _inputs + run.Source, row + run.Column, run.Length, _last.Stride);
                        }
                    }
                }
            }
        }
    }

    // Along the last dimension a tap reads equally spaced inputs, with padding before and behind.
    private int FindRuns(int first, int columns, int tap, Run* runs)
    {
        (int outerTap, int k) = Math.DivRem(tap, _last.Kernel);
        (int inside, int outside) = _last.Inside(k);
        int count = 0;
        for (int column = 0; column < columns;)
        {
            (int row, int o) = Math.DivRem(first + column, _last.Output);
            int length = Math.Min(columns - column, _last.Output - o);
            int sourceRow = _outer.Source(row, outerTap);
            int before = sourceRow < 0 ? length : Math.Clamp(inside - o, 0, length);
            int within = sourceRow < 0 ? 0 : Math.Clamp(outside - o, before, length) - before;
            Add(runs, ref count, column, -1, before);
            Add(runs, ref count, column + before, sourceRow * _last.Input + _last.First(o + before) + k * _last.Dilation, within);
            Add(runs, ref count, column + before + within, -1, length - before - within);
            column += length;
        }

        return count;
    }

    private static void Add(Run* runs, ref int count, int column, int source, int length)
    {
        if (length > 0)
        {
            runs[count++] = new Run { Column = column, Source = source, Length = length };
        }
    }

    private struct Run
    {
        public int Column;
        public int Source;
        public int Length;
    }
}
