using EasyQuant.Strings;

namespace EasyQuant.Runtime.Execution;

/// <summary>Guesses which known name was meant by an unknown one.</summary>
internal static class Suggestion
{
    /// <summary>A sentence to append to an error, or nothing where there is no name to propose.</summary>
    public static string For(string unknown, IEnumerable<string> known)
    {
        string[] names = [.. known];
        string? closest = names.MinBy(n => EditDistance.Between(unknown.ToLowerInvariant(), n.ToLowerInvariant()));
        return closest is null ? ""
            : names.Length <= 5 ? $" Known: {string.Join(", ", names.Select(n => $"'{n}'"))}."
            : $" Did you mean '{closest}'?";
    }
}
