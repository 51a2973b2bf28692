using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Equalization;

/// <summary>A convolution that reads the channels of a tensor, the first of them as one of its own input channels.</summary>
/// <param name="Convolution">The convolution; its weights are constants.</param>
/// <param name="FirstChannel">Which of its input channels the tensor's first is.</param>
internal sealed record ChannelReader(Node Convolution, int FirstChannel)
{
    private static readonly HashSet<string> s_channelwise = ["MaxPool", "AveragePool", "GlobalAveragePool", "Resize"];

    /// <summary>All that read the tensor, perhaps behind operators that keep channels apart; null where one of them is no convolution.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="channels">The channels of the graph's pictures.</param>
    public static IReadOnlyList<ChannelReader>? Of(Graph graph, Value tensor, IReadOnlyDictionary<Value, int> channels)
    {
        List<ChannelReader> readers = [];
        Stack<(Value Value, int First)> open = new([(tensor, 0)]);
        while (open.TryPop(out (Value Value, int First) next))
        {
            if (graph.Outputs.Contains(next.Value))
            {
                return null;
            }

            foreach (Use use in next.Value.Uses)
            {
                Node node = use.Node;
                if (node.Is("Conv") && use.Index == 0 && node.Inputs[1] is { Constant: { Type: DataType.Float32, Shape.Rank: 4 } })
                {
                    readers.Add(new ChannelReader(node, next.First));
                }
                else if (use.Index == 0 && node.Domain.Length == 0 && s_channelwise.Contains(node.OpType) && node.Outputs is [{ } result])
                {
                    open.Push((result, next.First));
                }
                else if (node.Is("Concat") && node.GetInt("axis", 0) == 1 && node.Inputs.All(i => channels.ContainsKey(i!)))
                {
                    open.Push((node.Outputs[0]!, next.First + node.Inputs.Take(use.Index).Sum(i => channels[i!])));
                }
                else
                {
                    return null;
                }
            }
        }

        return readers.Count > 0 ? readers : null;
    }

    /// <summary>The tensor's channel that a weight of the convolution meets; below 0 or beyond its channels where it meets another tensor's.</summary>
    /// <param name="row">The weight's output channel.</param>
    /// <param name="input">Its input channel within the group.</param>
    public int ChannelAt(int row, int input)
    {
        Shape weight = Convolution.Inputs[1]!.Constant!.Shape;
        int rowsPerGroup = weight[0] / (int)Convolution.GetInt("group", 1);
        return row / rowsPerGroup * weight[1] + input - FirstChannel;
    }
}
