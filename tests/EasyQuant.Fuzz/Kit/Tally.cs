namespace EasyQuant.Fuzz.Kit;

/// <summary>What came of many inputs of one target.</summary>
internal sealed class Tally(string target)
{
    /// <summary>The target's name.</summary>
    public string Target => target;

    public long Ran { get; private set; }

    public long Refused { get; private set; }

    public long Defects { get; private set; }

    public double SlowestMilliseconds { get; private set; }

    public long MostBytes { get; private set; }

    public long Inputs => Ran + Refused + Defects;

    /// <summary>The defects by what they are, each with how often it came and the number of the first input.</summary>
    public SortedDictionary<string, (long Times, long First)> Findings { get; } = new(StringComparer.Ordinal);

    public void Add(long number, TrialResult result)
    {
        Ran += result.Outcome == Outcome.Ran ? 1 : 0;
        Refused += result.Outcome == Outcome.Refused ? 1 : 0;
        SlowestMilliseconds = Math.Max(SlowestMilliseconds, result.Milliseconds);
        MostBytes = Math.Max(MostBytes, result.AllocatedBytes);
        if (result.Outcome == Outcome.Defect)
        {
            Defects++;
            (long times, long first) = Findings.GetValueOrDefault(result.Finding, (0, number));
            Findings[result.Finding] = (times + 1, first);
        }
    }
}
