namespace EasyQuant.Evaluation.Metrics.Verification;

/// <summary>
/// Accuracy at the best threshold by ten folds, as on Labelled Faces in the Wild (Huang et al. 2007, view 2): the threshold that is right on most pairs of nine
/// folds judges the tenth; each fold is judged once.
/// </summary>
/// <remarks>
/// A pair is taken for the same person where its similarity is at least the threshold; the candidates lie halfway between neighbouring similarities, and of equally good ones the lowest counts. Pairs of the same
/// person and pairs of different ones are each cut into ten runs of equal length (to within one), in the order given. Where pairs are in the order of
/// persons, a fold has its own persons for its pairs of the same person; pairs of different persons reach into other folds, as they do not on LFW.
/// </remarks>
public static class FoldedAccuracy
{
    /// <summary>The number of folds.</summary>
    public const int Folds = 10;

    /// <summary>Whether each pair was judged rightly; the accuracy is the part of them that was.</summary>
    /// <param name="similarities">The similarity of each pair.</param>
    /// <param name="isSame">Whether it is of the same person.</param>
    public static bool[] Judge(ReadOnlySpan<double> similarities, ReadOnlySpan<bool> isSame)
    {
        int[] folds = FoldsOf(isSame);
        bool[] right = new bool[similarities.Length];
        for (int fold = 0; fold < Folds; fold++)
        {
            double threshold = BestThreshold(similarities, isSame, folds, leftOut: fold);
            for (int i = 0; i < right.Length; i++)
            {
                if (folds[i] == fold)
                {
                    right[i] = similarities[i] >= threshold == isSame[i];
                }
            }
        }

        return right;
    }

    private static int[] FoldsOf(ReadOnlySpan<bool> isSame)
    {
        int sames = isSame.Count(true);
        int differents = isSame.Length - sames;
        int[] folds = new int[isSame.Length];
        for (int i = 0, s = 0, d = 0; i < folds.Length; i++)
        {
            folds[i] = (int)(isSame[i] ? (long)s++ * Folds / sames : (long)d++ * Folds / differents);
        }

        return folds;
    }

    // From below all similarities, where every pair is taken for the same person, to above all; in between halfway between neighbours.
    private static double BestThreshold(ReadOnlySpan<double> similarities, ReadOnlySpan<bool> isSame, int[] folds, int leftOut)
    {
        List<(double Similarity, bool IsSame)> pairs = [];
        for (int i = 0; i < folds.Length; i++)
        {
            if (folds[i] != leftOut)
            {
                pairs.Add((similarities[i], isSame[i]));
            }
        }

        pairs.Sort((a, b) => a.Similarity.CompareTo(b.Similarity));
        int right = pairs.Count(p => p.IsSame);
        (int mostRight, double best) = (right, double.NegativeInfinity);
        for (int i = 0; i < pairs.Count; i++)
        {
            right += pairs[i].IsSame ? -1 : 1;
            bool isLastOfEqual = i + 1 == pairs.Count || !pairs[i + 1].Similarity.Equals(pairs[i].Similarity);
            if (isLastOfEqual && right > mostRight)
            {
                (mostRight, best) = (right, i + 1 < pairs.Count ? (pairs[i].Similarity + pairs[i + 1].Similarity) / 2 : double.PositiveInfinity);
            }
        }

        return best;
    }
}
