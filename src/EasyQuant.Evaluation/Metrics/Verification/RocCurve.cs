namespace EasyQuant.Evaluation.Metrics.Verification;

/// <summary>The receiver operating characteristic: how many true pairs a threshold accepts against how many false ones.</summary>
public static class RocCurve
{
    /// <summary>
    /// The area under it: how often a pair of the same person is more similar than one of different persons, equal ones counting
    /// half, <c>AUC = (#{s &gt; d} + #{s = d} / 2) / (n_s · n_d)</c> (Mann and Whitney's statistic; Hanley and McNeil 1982).
    /// </summary>
    /// <param name="similarities">The similarity of each pair.</param>
    /// <param name="isSame">Whether it is of the same person.</param>
    /// <returns>The area, 0 to 1; not a number where one kind is missing.</returns>
    public static double Area(ReadOnlySpan<double> similarities, ReadOnlySpan<bool> isSame)
    {
        double[] keys = similarities.ToArray();
        bool[] same = isSame.ToArray();
        Array.Sort(keys, same);
        double wins = 0;
        long sames = 0, differents = 0;
        for (int start = 0, end; start < keys.Length; start = end)
        {
            long tiedSames = 0;
            for (end = start; end < keys.Length && keys[end].Equals(keys[start]); end++)
            {
                tiedSames += same[end] ? 1 : 0;
            }

            long tiedDifferents = end - start - tiedSames;
            wins += tiedSames * (differents + tiedDifferents / 2.0);
            sames += tiedSames;
            differents += tiedDifferents;
        }

        return sames == 0 || differents == 0 ? double.NaN : wins / ((double)sames * differents);
    }
}
