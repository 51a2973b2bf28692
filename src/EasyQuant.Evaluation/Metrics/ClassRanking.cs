namespace EasyQuant.Evaluation.Metrics;

/// <summary>Orders classes by their scores, the highest first; equal scores by index, the lowest first.</summary>
public static class ClassRanking
{
    /// <summary>The class with the highest score; of equal ones the lowest index. Scores that are not numbers come last.</summary>
    /// <exception cref="ArgumentException">There is no class.</exception>
    public static int Best(ReadOnlySpan<float> scores)
    {
        if (scores.IsEmpty)
        {
            throw new ArgumentException("There is no class to choose from.", nameof(scores));
        }

        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (IsBefore(scores, i, best))
            {
                best = i;
            }
        }

        return best;
    }

    /// <summary>The place of a class: how many classes come before it, 0 for the best.</summary>
    public static int PlaceOf(ReadOnlySpan<float> scores, int index)
    {
        int place = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (i != index && IsBefore(scores, i, index))
            {
                place++;
            }
        }

        return place;
    }

    /// <summary>The first <paramref name="count"/> classes, or all where there are fewer.</summary>
    public static int[] Top(ReadOnlySpan<float> scores, int count)
    {
        float[] copy = scores.ToArray();
        int[] order = [.. Enumerable.Range(0, copy.Length)];
        Array.Sort(order, (a, b) => IsBefore(copy, a, b) ? -1 : a == b ? 0 : 1);
        return order[..Math.Min(count, order.Length)];
    }

    private static bool IsBefore(ReadOnlySpan<float> scores, int a, int b)
    {
        // CompareTo puts NaN below every number.
        int comparison = scores[a].CompareTo(scores[b]);
        return comparison > 0 || (comparison == 0 && a < b);
    }
}
