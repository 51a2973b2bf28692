using EasyQuant.Strings;

namespace EasyQuant.TextReading;

/// <summary>How far texts that were read are from those that they should be.</summary>
public static class CharacterErrors
{
    /// <summary>How many characters must be inserted, deleted or replaced in all, text by text.</summary>
    public static int Count(IReadOnlyList<string> texts, IReadOnlyList<string> read) => texts.Zip(read, EditDistance.Between).Sum();

    /// <summary>Percent of the characters that are right: <c>100 · (1 − errors / characters)</c>.</summary>
    public static double PercentRight(IReadOnlyList<string> texts, IReadOnlyList<string> read) =>
        100.0 * (1 - (double)Count(texts, read) / texts.Sum(t => t.Length));
}
