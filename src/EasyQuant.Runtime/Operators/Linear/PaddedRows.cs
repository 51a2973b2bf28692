using EasyQuant.Kernels.FloatProducts;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>Rows of a picture laid in the zeros that a window reads around it: as blocks of channels, or plane by plane.</summary>
internal sealed unsafe class PaddedRows
{
    private readonly Tensor _x;
    private readonly bool _isBlocked;
    private readonly int _channels;
    private readonly WindowAxis _vertical;
    private readonly WindowAxis _horizontal;
    private readonly int _columns;

    /// <summary>Prepares copying from <paramref name="x"/>.</summary>
    /// <param name="x">The picture, blocked or plain.</param>
    /// <param name="isBlocked">Which of the two.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="byPlane">Whether rows hold one channel; otherwise 16.</param>
    /// <param name="vertical">The window's walk along a column.</param>
    /// <param name="horizontal">The window's walk along a row.</param>
    /// <param name="outputs">Outputs of a row; what lies to the right of the last one's window is left out, what is missing there is zero.</param>
    public PaddedRows(Tensor x, bool isBlocked, int channels, bool byPlane, WindowAxis vertical, WindowAxis horizontal, int outputs)
    {
        (_x, _isBlocked, _channels) = (x, isBlocked, channels);
        (_vertical, _horizontal) = (vertical, horizontal);
        Lanes = byPlane ? 1 : ChannelBlocks.Lanes;
        Planes = byPlane ? channels : ChannelBlocks.CountFor(channels);
        Rows = RowsFor(vertical.Output);
        Pitch = (outputs - 1) * horizontal.Stride + (horizontal.Kernel - 1) * horizontal.Dilation + 1;
        _columns = Math.Clamp(Pitch - horizontal.Before, 0, horizontal.Input);
    }

    /// <summary>Channels side by side.</summary>
    public int Lanes { get; }

    /// <summary>Planes, or blocks of channels, of one picture.</summary>
    public int Planes { get; }

    /// <summary>Rows that all outputs read.</summary>
    public int Rows { get; }

    /// <summary>Pixels of a padded row.</summary>
    public int Pitch { get; }

    /// <summary>Whether the picture itself is what would be copied.</summary>
    public bool IsTheInput => _isBlocked == (Lanes > 1) && Pitch == _horizontal.Input && _horizontal.Before == 0 && Rows <= _vertical.Input && _vertical.Before == 0;

    /// <summary>Rows that so many rows of outputs read.</summary>
    public int RowsFor(int outputs) => (outputs - 1) * _vertical.Stride + (_vertical.Kernel - 1) * _vertical.Dilation + 1;

    /// <summary>Copies rows <paramref name="first"/> to <paramref name="first"/> + <paramref name="count"/> of one plane of picture <paramref name="n"/>.</summary>
    public void Fill(int n, int plane, int first, int count, float* target)
    {
        int width = _horizontal.Input;
        int pixels = _vertical.Input * width;
        int before = _horizontal.Before;
        int rest = Pitch - before - _columns;
        fixed (float* x = _x.AsSpan<float>())
        {
            for (int row = first; row < first + count; row++, target += Pitch * Lanes)
            {
                int source = row - _vertical.Before;
                if (source < 0 || source >= _vertical.Input || _columns == 0)
                {
                    new Span<float>(target, Pitch * Lanes).Clear();
                    continue;
                }

                new Span<float>(target, before * Lanes).Clear();
                float* to = target + before * Lanes;
                if (_isBlocked || Lanes == 1)
                {
                    float* from = x + (((long)n * Planes + plane) * pixels + source * width) * Lanes;
                    new ReadOnlySpan<float>(from, _columns * Lanes).CopyTo(new Span<float>(to, _columns * Lanes));
                }
                else
                {
                    int channel = plane * Lanes;
                    float* from = x + ((long)n * _channels + channel) * pixels + source * width;
                    BlockTranspose.ToBlocked(from, pixels, Math.Min(Lanes, _channels - channel), _columns, to);
                }

                new Span<float>(to + _columns * Lanes, rest * Lanes).Clear();
            }
        }
    }
}
