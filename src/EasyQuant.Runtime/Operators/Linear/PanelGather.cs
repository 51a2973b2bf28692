namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>Brings the inputs of neighbouring outputs side by side: row (channel, tap), column output; padding is zero.</summary>
internal sealed class PanelGather(WindowWalk walk, int channels)
{
    private readonly int _taps = walk.KernelCount;
    private readonly int _inputs = walk.InputCount;
    private readonly bool _isPointwise = walk.Axes.All(a => a is { Kernel: 1, Stride: 1, Before: 0 } && a.Input == a.Output);

    /// <summary>Fills a panel for the outputs from <paramref name="first"/> on.</summary>
    public void Fill(ReadOnlySpan<float> planes, int first, int columns, Span<float> panel)
    {
        if (columns < ProductTile.Columns)
        {
            panel.Clear();
        }

        if (_isPointwise)
        {
            for (int c = 0; c < channels; c++)
            {
                planes.Slice(c * _inputs + first, columns).CopyTo(panel[(c * ProductTile.Columns)..]);
            }

            return;
        }

        Span<int> sources = stackalloc int[ProductTile.Columns];
        for (int k = 0; k < _taps; k++)
        {
            bool isRun = Sources(first, k, sources[..columns]);
            for (int c = 0; c < channels; c++)
            {
                ReadOnlySpan<float> plane = planes.Slice(c * _inputs, _inputs);
                Span<float> row = panel.Slice((c * _taps + k) * ProductTile.Columns, columns);
                if (isRun)
                {
                    plane.Slice(sources[0], columns).CopyTo(row);
                    continue;
                }

                for (int i = 0; i < row.Length; i++)
                {
                    row[i] = sources[i] < 0 ? 0 : plane[sources[i]];
                }
            }
        }
    }

    // Whether the sources follow one another without a gap.
    private bool Sources(int first, int tap, Span<int> sources)
    {
        bool isRun = true;
        for (int i = 0; i < sources.Length; i++)
        {
            sources[i] = walk.Source(first + i, tap);
            isRun = isRun && sources[i] >= 0 && sources[i] == sources[0] + i;
        }

        return isRun;
    }
}
