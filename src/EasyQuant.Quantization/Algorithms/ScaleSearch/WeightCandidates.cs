using System.Runtime.InteropServices;
using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Quantization.Simulation;

namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>One candidate step of an output channel and the integers it gives.</summary>
internal sealed class WeightCandidate(int channel, int order, float scale, SignedRow row, ChannelLoss loss)
{
    private ChannelLoss _loss = loss;

    /// <summary>The output channel.</summary>
    public int Channel { get; } = channel;

    /// <summary>Its place in the grid; ties go to the lower one.</summary>
    public int Order { get; } = order;

    /// <summary>The step.</summary>
    public float Scale { get; } = scale;

    /// <summary>The integer weights.</summary>
    public SignedRow Row { get; private set; } = row;

    /// <summary>The sum of losses over the segments seen so far.</summary>
    public double Loss => _loss.Value;

    /// <summary>Lets the integer weights go, when no segment is left to be added.</summary>
    public void ForgetRow() => Row = new SignedRow([]);

    /// <summary>Adds a segment: ⟨O, acc⟩, ‖acc‖² and ‖O‖ of the channel.</summary>
    public void Add(double dot, double squares, double targetNorm) => _loss.Add(dot, squares, targetNorm);
}

/// <summary>The candidates of one output channel, the present step first, each with integers of its own.</summary>
internal sealed class WeightCandidates
{
    public WeightCandidates(int channel, ReadOnlySpan<float> weights, IntegerRange range, float[] grid, ChannelLoss nothing)
    {
        Channel = channel;
        List<WeightCandidate> all = [];
        Dictionary<sbyte[], WeightCandidate> seen = new(RowComparer.Instance);
        OnGrid = new (float, WeightCandidate)[grid.Length];
        for (int order = 0; order < grid.Length; order++)
        {
            sbyte[] row = new sbyte[weights.Length];
            ScaleTable.QuantizeRow(weights, grid[order], range, row);
            if (!seen.TryGetValue(row, out WeightCandidate? candidate))
            {
                all.Add(seen[row] = candidate = new WeightCandidate(channel, order, grid[order], new SignedRow(row), nothing));
            }

            OnGrid[order] = (grid[order], candidate);
        }

        All = [.. all];
    }

    /// <summary>The output channel.</summary>
    public int Channel { get; }

    /// <summary>The candidates in the order of the grid.</summary>
    public WeightCandidate[] All { get; }

    /// <summary>Every step of the grid and the candidate of its integers.</summary>
    public (float Scale, WeightCandidate Candidate)[] OnGrid { get; }

    /// <summary>The candidate of the least loss; decided by whoever evaluated them.</summary>
    public WeightCandidate? Best { get; private set; }

    /// <summary>Decides among candidates that were seen through all segments.</summary>
    public void Decide(IEnumerable<WeightCandidate> finished) => Best = finished.MinBy(c => (c.Loss, c.Order));

    /// <summary>Lets the candidates' integer weights go; steps and losses stay.</summary>
    public void ForgetRows() => Array.ForEach(All, c => c.ForgetRow());

    private sealed class RowComparer : IEqualityComparer<sbyte[]>
    {
        public static RowComparer Instance { get; } = new();

        public bool Equals(sbyte[]? x, sbyte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(sbyte[] row)
        {
            HashCode hash = default;
            hash.AddBytes(MemoryMarshal.AsBytes(row.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
