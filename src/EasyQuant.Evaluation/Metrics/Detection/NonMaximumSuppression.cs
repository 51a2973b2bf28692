namespace EasyQuant.Evaluation.Metrics.Detection;

/// <summary>Keeps one of several boxes around the same object.</summary>
public static class NonMaximumSuppression
{
    /// <summary>The boxes that no better one of their class overlaps by more than <paramref name="largestOverlap"/>, the best first.</summary>
    /// <remarks>Boxes are taken in the order of their scores, of equal ones in the order given; each that is kept removes those after it.</remarks>
    public static IReadOnlyList<ScoredBox> Apply(IEnumerable<ScoredBox> boxes, double largestOverlap)
    {
        List<ScoredBox> kept = [];
        foreach (IGrouping<int, ScoredBox> sameClass in boxes.GroupBy(b => b.Class))
        {
            int first = kept.Count;
            foreach (ScoredBox box in sameClass.OrderByDescending(b => b.Score))
            {
                if (!IsCovered(kept, first, box, largestOverlap))
                {
                    kept.Add(box);
                }
            }
        }

        return [.. kept.OrderByDescending(b => b.Score)];
    }

    private static bool IsCovered(List<ScoredBox> kept, int first, ScoredBox box, double largestOverlap)
    {
        for (int i = first; i < kept.Count; i++)
        {
            if (kept[i].Box.Overlap(box.Box) > largestOverlap)
            {
                return true;
            }
        }

        return false;
    }
}
