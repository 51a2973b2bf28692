namespace EasyQuant.Quantization.MixedPrecision;

/// <summary>
/// The multiple-choice knapsack problem: of each item one choice, with the least sum of costs among those whose weights sum to at
/// most a capacity.
/// </summary>
/// <remarks>
/// Solved by dynamic programming over weights that are rounded up to a 4,096th of the capacity. So an answer always holds the capacity, and
/// costs no more than the best answer to a capacity that is smaller by one 4,096th for each item.
/// </remarks>
public static class MultipleChoice
{
    private const int Steps = 4096;

    /// <summary>The index of each item's choice; null where no answer is known to hold the capacity.</summary>
    /// <param name="costs">Of each item the costs of its choices.</param>
    /// <param name="weights">Of each item the weights of its choices, not negative.</param>
    /// <param name="capacity">The most that weights may sum to, above zero.</param>
    /// <exception cref="ArgumentException">Costs and weights do not fit each other, or a weight is negative or not a number.</exception>
    public static int[]? Minimize(IReadOnlyList<double[]> costs, IReadOnlyList<double[]> weights, double capacity)
    {
        if (costs.Count != weights.Count || costs.Where((c, i) => c.Length != weights[i].Length || c.Length == 0).Any() || weights.Any(w => w.Any(x => !(x >= 0))))
        {
            throw new ArgumentException("Every item needs at least one choice, each with a cost and a weight that is not negative.", nameof(weights));
        }

        // least[s]: the least cost of the items so far with a weight of at most s steps.
        double[] least = new double[Steps + 1];
        byte[][] chosen = new byte[costs.Count][];
        for (int item = 0; item < costs.Count; item++)
        {
            double[] next = new double[Steps + 1];
            Array.Fill(next, double.PositiveInfinity);
            chosen[item] = new byte[Steps + 1];
            for (int choice = 0; choice < costs[item].Length; choice++)
            {
                double steps = Math.Ceiling(weights[item][choice] / capacity * Steps);
                for (int s = (int)Math.Min(steps, Steps + 1); s <= Steps; s++)
                {
                    double cost = least[s - (int)steps] + costs[item][choice];
                    if (cost < next[s])
                    {
                        next[s] = cost;
                        chosen[item][s] = (byte)choice;
                    }
                }
            }

            least = next;
        }

        if (double.IsInfinity(least[Steps]))
        {
            return null;
        }

        int[] answer = new int[costs.Count];
        int left = Steps;
        for (int item = costs.Count - 1; item >= 0; item--)
        {
            answer[item] = chosen[item][left];
            left -= (int)Math.Ceiling(weights[item][answer[item]] / capacity * Steps);
        }

        return answer;
    }
}
