using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Planning;

/// <summary>Decides how the tensors of a network lie: their borders, their strides, and which are parts of a concatenation.</summary>
internal static class LayoutPlanner
{
    /// <summary>Output channels that kernels write at a time.</summary>
    public const int VectorChannels = 16;

    /// <summary>Channels that kernels read at a time.</summary>
    private const int QuadChannels = 4;

    /// <summary>So many channels in whole vectors.</summary>
    public static int WholeVectors(int channels) => (channels + VectorChannels - 1) / VectorChannels * VectorChannels;

    /// <summary>A layout for each integer tensor.</summary>
    public static Dictionary<QuantizedTensor, TensorLayout> Plan(IntegerNetwork network)
    {
        Dictionary<QuantizedTensor, TensorLayout> layouts = [];
        foreach (NetworkStep step in network.Steps)
        {
            if (step.IntegerOutput is { } tensor)
            {
                // What was rounded from float or moved is written channel by channel; all else in whole vectors.
                TensorLayout layout = layouts[tensor] = TensorLayout.Of(tensor);
                int multiple = step is QuantizeStep or MoveStep or ProductStep ? QuadChannels : VectorChannels;
                layout.PositionStride = (layout.Channels + multiple - 1) / multiple * multiple;
            }
        }

        JoinConcatenations(network, layouts);
        foreach (NetworkStep step in network.Steps)
        {
            WidenBorder(step, layouts);
        }

        return layouts;
    }

    // The parts of a concatenation are computed in place where whole vectors of channels meet.
    private static void JoinConcatenations(IntegerNetwork network, Dictionary<QuantizedTensor, TensorLayout> layouts)
    {
        Dictionary<QuantizedTensor, NetworkStep> producers = network.Steps.Where(s => s.IntegerOutput is not null).ToDictionary(s => s.IntegerOutput!, s => s);
        ILookup<QuantizedTensor, NetworkStep> readers = network.Steps.SelectMany(s => s.IntegerInputs.Select(i => (i, s))).ToLookup(p => p.i, p => p.s);
        foreach (ConcatStep concat in network.Steps.OfType<ConcatStep>())
        {
            int first = 0;
            foreach (QuantizedTensor input in concat.Inputs)
            {
                bool isWhole = first % VectorChannels == 0 && (input.Channels % VectorChannels == 0 || first + input.Channels == concat.Output.Channels);
                bool isSame = input.SharesGridWith(concat.Output) && input.Minimum >= concat.Output.Minimum && input.Maximum <= concat.Output.Maximum;
                if (isWhole && isSame && readers[input].Count() == 1 && producers[input] is ConvolutionStep or ConvolutionAddStep or MaxPoolStep or AveragePoolStep or AddStep or MultiplyStep or TableStep or ChannelTableStep or SlopeStep && layouts[input].Owner == layouts[input])
                {
                    layouts[input].BecomePartOf(layouts[concat.Output], first);
                }

                first += input.Channels;
            }
        }
    }

    private static void WidenBorder(NetworkStep step, Dictionary<QuantizedTensor, TensorLayout> layouts)
    {
        NetworkStep reader = step is ConvolutionAddStep joined ? joined.Convolution : step;
        (QuantizedTensor Input, Window Window, int Height, int Width)? reach = reader switch
        {
            ConvolutionStep { Window: var w } s when s.Input.Shape.Rank == 4 && OutputExtents(s) is { } o => (s.Input, w, o.Height, o.Width),
            _ => null,
        };
        if (reach is not { } r)
        {
            return;
        }

        TensorLayout layout = layouts[r.Input].Owner;
        layout.Top = Math.Max(layout.Top, r.Window.PadTop);
        layout.Left = Math.Max(layout.Left, r.Window.PadLeft);
        layout.Bottom = Math.Max(layout.Bottom, r.Window.PadBottom(layout.Height, r.Height));
        layout.Right = Math.Max(layout.Right, r.Window.PadRight(layout.Width, r.Width));
    }

    private static (int Height, int Width)? OutputExtents(ConvolutionStep step)
    {
        Shape? shape = step.Output?.Shape ?? step.FloatOutput!.Shape?.ToStatic();
        return shape is { Rank: 4 } s ? (s[2], s[3]) : null;
    }
}
