using EasyQuant.Runtime.Inference.Network;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>
/// Makes one move of several: of moves that follow each other, as an exporter leaves them that rounds between them, and of a
/// concatenation whose parts are all moved out of one tensor. What nobody reads any more is left out.
/// </summary>
internal static class MoveFusion
{
    /// <summary>The same results in fewer steps.</summary>
    public static IReadOnlyList<NetworkStep> Apply(List<NetworkStep> steps)
    {
        Dictionary<QuantizedTensor, MoveStep> moves = [];
        HashSet<QuantizedTensor> replaced = [];
        for (int i = 0; i < steps.Count; i++)
        {
            NetworkStep? fused = steps[i] switch
            {
                MoveStep step => Follow(step, moves),
                ConcatStep step => Gather(step, moves),
                _ => null,
            };
            if (fused is not null)
            {
                replaced.UnionWith(steps[i].IntegerInputs);
                steps[i] = fused;
            }

            if (steps[i] is MoveStep { } move && KeepsBytes(move))
            {
                moves[move.Output] = move;
            }
        }

        // From the end back, since a move may have been read by a move that falls away.
        HashSet<QuantizedTensor> read = [];
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            if (steps[i] is MoveStep { Output: var output } && replaced.Contains(output) && !read.Contains(output))
            {
                steps.RemoveAt(i);
                continue;
            }

            read.UnionWith(steps[i].IntegerInputs);
        }

        return steps;
    }

    private static bool KeepsBytes(MoveStep move) =>
        move.Input.SharesGridWith(move.Output) && move.Input.Minimum >= move.Output.Minimum && move.Input.Maximum <= move.Output.Maximum;

    private static MoveStep? Follow(MoveStep step, Dictionary<QuantizedTensor, MoveStep> moves)
    {
        if (!moves.TryGetValue(step.Input, out MoveStep? before))
        {
            return null;
        }

        // A place that either fills: with one byte for all of them.
        bool fills = step.Sources.Contains(0), beforeFills = before.Sources.Contains(0);
        byte carried = Converted(before.Fill, step.Input, step.Output);
        return fills && beforeFills && carried != step.Fill
            ? null
            : step with { Input = before.Input, Sources = Array.ConvertAll(step.Sources, s => s == 0 ? 0 : before.Sources[s - 1]), Fill = fills ? step.Fill : carried };
    }

    private static MoveStep? Gather(ConcatStep step, Dictionary<QuantizedTensor, MoveStep> moves)
    {
        MoveStep?[] parts = [.. step.Inputs.Select(i => moves.GetValueOrDefault(i))];
        if (parts[0] is not { } first || Array.Exists(parts, p => p is null || p.Input != first.Input))
        {
            return null;
        }

        byte[] fills = [.. parts.Where(p => p!.Sources.Contains(0)).Select(p => Converted(p!.Fill, p.Output, step.Output)).Distinct()];
        if (fills.Length > 1)
        {
            return null;
        }

        int images = step.Output.Shape.Rank == 4 ? step.Output.Shape[0] : (int)(step.Output.Shape.ElementCount / step.Output.Channels);
        List<int> sources = [];
        for (int image = 0; image < images; image++)
        {
            foreach (MoveStep? part in parts)
            {
                int length = part!.Sources.Length / images;
                sources.AddRange(part.Sources.AsSpan(image * length, length));
            }
        }

        return new MoveStep(step.Label, first.Input, [.. sources], fills.FirstOrDefault(), step.Output);
    }

    private static byte Converted(byte value, QuantizedTensor from, QuantizedTensor to) =>
        from.SharesGridWith(to) ? (byte)Math.Clamp((int)value, to.Minimum, to.Maximum) : (byte)Rounding.Of((value - from.ZeroPoint) * from.Scale, to);
}
