using EasyQuant.Runtime.Inference.Network;

namespace EasyQuant.Runtime.Inference.Planning;

/// <summary>Gives every tensor memory from the step that first writes it to the step that last reads it; others use it before and after.</summary>
internal static class Arena
{
    private const long Alignment = 64;

    /// <summary>Sets where each layout lies.</summary>
    /// <returns>Bytes of the arena.</returns>
    public static long Place(IntegerNetwork network, IReadOnlyDictionary<QuantizedTensor, TensorLayout> layouts)
    {
        Dictionary<TensorLayout, (int First, int Last)> lives = [];
        for (int step = 0; step < network.Steps.Count; step++)
        {
            IEnumerable<QuantizedTensor> touched = network.Steps[step].IntegerOutput is { } output ? network.Steps[step].IntegerInputs.Append(output) : network.Steps[step].IntegerInputs;
            foreach (TensorLayout owner in touched.Select(t => layouts[t].Owner))
            {
                lives[owner] = lives.TryGetValue(owner, out (int First, int Last) life) ? (life.First, step) : (step, step);
            }
        }

        // Largest first, each in the lowest gap between those that live at the same time.
        List<(TensorLayout Layout, (int First, int Last) Life)> placed = [];
        long length = 0;
        foreach ((TensorLayout layout, (int First, int Last) life) in lives.OrderByDescending(l => l.Key.ByteLength).ThenBy(l => l.Value.First))
        {
            long offset = 0;
            foreach (TensorLayout other in placed.Where(p => p.Life.First <= life.Last && life.First <= p.Life.Last).Select(p => p.Layout).OrderBy(l => l.ArenaOffset))
            {
                if (offset + layout.ByteLength <= other.ArenaOffset)
                {
                    break;
                }

                offset = Math.Max(offset, (other.ArenaOffset + other.ByteLength + Alignment - 1) / Alignment * Alignment);
            }

            layout.ArenaOffset = offset;
            placed.Add((layout, life));
            length = Math.Max(length, offset + layout.ByteLength);
        }

        return length;
    }
}
