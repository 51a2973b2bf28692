namespace EasyQuant.Runtime.Execution;

/// <summary>Guesses which known name was meant by an unknown one.</summary>
internal static class Suggestion
{
    /// <summary>A sentence to append to an error, or nothing where there is no name to propose.</summary>
    public static string For(string unknown, IEnumerable<string> known)
    {
        string[] names = [.. known];
        string? closest = names.MinBy(n => Distance(unknown, n));
        return closest is null ? ""
            : names.Length <= 5 ? $" Known: {string.Join(", ", names.Select(n => $"'{n}'"))}."
            : $" Did you mean '{closest}'?";
    }

    // Levenshtein's distance.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
