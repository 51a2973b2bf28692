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
        Rows = ToRows(weight, channelAxis);
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

    /// <summary>W, row after row.</summary>
    internal float[] Rows { get; }

    /// <summary>The weights of one output channel.</summary>
    internal ReadOnlySpan<float> Row(int channel) => Rows.AsSpan(channel * RowLength, RowLength);

    /// <summary>The channels of one group of the convolution.</summary>
    internal int ChannelsPerGroup => Channels / Groups;

    private static float[] ToRows(Tensor weight, int axis)
    {
        ReadOnlySpan<float> source = weight.AsSpan<float>();
        if (axis == 0)
        {
            return source.ToArray();
        }

        // A matrix with the channels along its columns.
        int inner = weight.Shape[0];
        int channels = weight.Shape[1];
        float[] rows = new float[source.Length];
        for (int r = 0; r < channels; r++)
        {
            for (int k = 0; k < inner; k++)
            {
                rows[r * inner + k] = source[k * channels + r];
            }
        }

        return rows;
    }
}
