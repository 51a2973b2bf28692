using EasyQuant.Testing;

namespace EasyQuant.Runtime.Tests.Conformance;

/// <summary>The two lists beside this file: what must pass, and what is excluded with the reason.</summary>
/// <remarks>Rewritten by running the test with <c>EASYQUANT_UPDATE_GOLDEN=1</c>, which is refused where <c>CI=true</c>.</remarks>
internal static class ConformanceLists
{
    private static readonly string s_folder = Path.Combine(Assets.RepositoryRoot, "tests", "EasyQuant.Runtime.Tests", "Conformance");

    public static bool ShouldUpdate => Environment.GetEnvironmentVariable("EASYQUANT_UPDATE_GOLDEN") == "1"
        && (Environment.GetEnvironmentVariable("CI") != "true" ? true : throw new InvalidOperationException("The lists are not rewritten where CI=true."));

    public static HashSet<string> Passing => [.. File.ReadLines(PathOf("passing.txt"))];

    public static HashSet<string> Excluded => [.. File.ReadLines(PathOf("excluded.txt")).Select(l => l[..l.IndexOf(':')])];

    public static void Write(IReadOnlyDictionary<string, string?> failures)
    {
        File.WriteAllLines(PathOf("passing.txt"), failures.Where(f => f.Value is null).Select(f => f.Key).Order(StringComparer.Ordinal));
        File.WriteAllLines(PathOf("excluded.txt"), failures.Where(f => f.Value is not null).Select(f => $"{f.Key}: {f.Value}").Order(StringComparer.Ordinal));
    }

    private static string PathOf(string name) => Path.Combine(s_folder, name);
}
