using EasyQuant.Data;

namespace EasyQuant.Evaluation.Metrics.Verification;

/// <summary>Two samples, and whether they show the same person.</summary>
/// <param name="First">The index of the one.</param>
/// <param name="Second">The index of the other, which is larger.</param>
/// <param name="IsSame">Whether the person is the same.</param>
public readonly record struct VerificationPair(int First, int Second, bool IsSame);

/// <summary>Chooses the pairs to be told apart.</summary>
public static class VerificationPairs
{
    /// <summary>All pairs of the same person, and as many of different persons drawn without replacement (all, where there are fewer); each kind in the order of the indices.</summary>
    /// <param name="persons">Who is on each sample.</param>
    /// <param name="seed">The same seed draws the same pairs on every machine.</param>
    /// <exception cref="InvalidSampleException">There is one person only, or no person has two samples.</exception>
    public static IReadOnlyList<VerificationPair> Draw(IReadOnlyList<int> persons, ulong seed)
    {
        VerificationPair[] all = [.. from a in Enumerable.Range(0, persons.Count)
                                     from b in Enumerable.Range(a + 1, persons.Count - a - 1)
                                     select new VerificationPair(a, b, persons[a] == persons[b])];
        VerificationPair[] same = [.. all.Where(p => p.IsSame)];
        VerificationPair[] different = [.. all.Where(p => !p.IsSame)];
        if (different.Length == 0)
        {
            throw new InvalidSampleException("All pictures show one person; verification needs two at least. Put the pictures of each person into a folder of their own.");
        }

        if (same.Length == 0)
        {
            throw new InvalidSampleException("No person has two pictures; verification compares pictures of the same person too. Put the pictures of each person into a folder of their own.");
        }

        int drawn = Math.Min(same.Length, different.Length);
        SplitMix64 random = new(seed);
        for (int i = 0; i < drawn; i++)
        {
            int other = i + random.Below(different.Length - i);
            (different[i], different[other]) = (different[other], different[i]);
        }

        return [.. same, .. different.Take(drawn).OrderBy(p => p.First).ThenBy(p => p.Second)];
    }
}
