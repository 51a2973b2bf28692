using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Planning;

/// <summary>Which operator a layer is.</summary>
public enum LayerKind
{
    /// <summary>Conv over one or two spatial dimensions, grouped and depthwise ones included.</summary>
    Convolution,
    /// <summary>Gemm: a matrix product with an optional bias.</summary>
    Gemm,
    /// <summary>MatMul with a constant matrix on the right.</summary>
    MatMul,
}

/// <summary>A convolution or matrix product with constant weights, seen as <c>O[r, p] = Σ_k W[r, k] · A[p, k] (+ b[r])</c>.</summary>
public sealed class QuantizableLayer
{
    // The floats of a cache line.
    private const int TransposedAtOnce = 16;

    private readonly WeakReference<float[]?> _transposed = new(null);

    internal QuantizableLayer(Node node, LayerKind kind, Tensor weight, Tensor? bias, int channelAxis, int groups)
    {
        Node = node;
        Input = node.Inputs[0]!;
        Output = node.Outputs[0]!;
        Kind = kind;
        Weight = weight;
        Bias = bias;
        ChannelAxis = channelAxis;
        Groups = groups;
        Channels = weight.Shape[channelAxis];
        RowLength = weight.Count / Math.Max(1, Channels);
    }

    /// <summary>The node.</summary>
    public Node Node { get; }

    /// <summary>Which operator it is.</summary>
    public LayerKind Kind { get; }

    /// <summary>The float weights as the model holds them.</summary>
    public Tensor Weight { get; }

    /// <summary>The float bias, one number an output channel.</summary>
    public Tensor? Bias { get; }

    /// <summary>The axis of <see cref="Weight"/> that counts output channels.</summary>
    public int ChannelAxis { get; }

    /// <summary>Groups of a grouped convolution; 1 otherwise.</summary>
    public int Groups { get; }

    /// <summary>Output channels: rows of W.</summary>
    public int Channels { get; }

    /// <summary>Weights of one output channel: K.</summary>
    public int RowLength { get; }

    /// <summary>What the layer reads in the float graph.</summary>
    public Value Input { get; }

    /// <summary>What the layer computes.</summary>
    public Value Output { get; }

    /// <summary>The node's name, or its output's where it has none.</summary>
    public string Name => Node.Name.Length > 0 ? Node.Name : Output.Name;

    /// <summary>W, row after row. Valid as long as the caller holds it; large layers together need not fit into memory.</summary>
    internal ReadOnlySpan<float> Rows => ChannelAxis == 0 ? Weight.AsSpan<float>() : TransposedRows();

    /// <summary>The weights of one output channel.</summary>
    internal ReadOnlySpan<float> Row(int channel) => Rows.Slice(channel * RowLength, RowLength);

    /// <summary>The channels of one group of the convolution.</summary>
    internal int ChannelsPerGroup => Channels / Groups;

    // Of a matrix with the channels along its columns; kept until memory is needed elsewhere.
    private float[] TransposedRows()
    {
        lock (_transposed)
        {
            if (!_transposed.TryGetTarget(out float[]? rows))
            {
                rows = new float[Weight.Count];
                ReadOnlySpan<float> source = Weight.AsSpan<float>();
                for (int first = 0; first < Channels; first += TransposedAtOnce)
                {
                    int end = Math.Min(first + TransposedAtOnce, Channels);
                    for (int k = 0; k < RowLength; k++)
                    {
                        for (int r = first; r < end; r++)
                        {
                            rows[r * RowLength + k] = source[k * Channels + r];
                        }
                    }
                }

                _transposed.SetTarget(rows);
            }

            return rows;
        }
    }
}
