using EasyQuant.Quantization.Planning;

namespace EasyQuant.Quantization.Simulation;

/// <summary>
/// The order in which the product kernels take the weights of an output channel: for each place of the kernel, the quads of
/// channels that its group reads. Channels of a quad that belong to other groups meet a zero.
/// </summary>
internal sealed class PatchRows
{
    private readonly int _channelsPerGroup;
    private readonly int _places;

    public PatchRows(QuantizableLayer layer)
    {
        _places = layer.Kind == LayerKind.Convolution ? layer.Weight.Shape.Product(2, layer.Weight.Shape.Rank) : 1;
        _channelsPerGroup = layer.RowLength / Math.Max(1, _places);
    }

    /// <summary>Elements of a row of this group.</summary>
    public int Length(int group) => 4 * _places * QuadCount(group);

    /// <summary>The first quad of channels that a group reads.</summary>
    public int FirstQuad(int group) => group * _channelsPerGroup / 4;

    /// <summary>How many quads of channels a group reads.</summary>
    public int QuadCount(int group) => ((group + 1) * _channelsPerGroup - 1) / 4 - FirstQuad(group) + 1;

    /// <summary>A row in the order of the kernels, from one in the order of the model: channel, then place.</summary>
    public T[] Pack<T>(ReadOnlySpan<T> row, int group)
    {
        T[] packed = new T[Length(group)];
        int quads = QuadCount(group);
        int firstLane = group * _channelsPerGroup - 4 * FirstQuad(group);
        for (int channel = 0; channel < _channelsPerGroup; channel++)
        {
            for (int place = 0; place < _places; place++)
            {
                packed[4 * place * quads + firstLane + channel] = row[channel * _places + place];
            }
        }

        return packed;
    }
}
