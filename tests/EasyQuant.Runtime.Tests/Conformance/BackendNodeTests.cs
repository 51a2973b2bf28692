using System.Collections.Concurrent;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Runtime.Tests.Conformance;

public sealed class BackendNodeTests
{
    [Fact]
    public void EveryNodeTest_PassesOrIsExcludedWithAReason()
    {
        ConcurrentDictionary<string, string?> failures = [];
        Parallel.ForEach(BackendTests.TestsOrSkip("node"), test => failures[test.Name] = ConformanceRun.Failure(test));
        if (ConformanceLists.ShouldUpdate)
        {
            ConformanceLists.Write(failures);
        }

        HashSet<string> passing = ConformanceLists.Passing;
        HashSet<string> excluded = ConformanceLists.Excluded;
        string[] complaints =
        [
            .. passing.Where(n => failures.TryGetValue(n, out string? failure) && failure is not null).Select(n => $"{n} fails: {failures[n]}"),
            .. excluded.Where(n => failures.TryGetValue(n, out string? failure) && failure is null).Select(n => $"{n} passes now and belongs into passing.txt"),
            .. failures.Keys.Where(n => !passing.Contains(n) && !excluded.Contains(n)).Select(n => $"{n} is in neither list"),
        ];

        Assert.Empty(complaints.Order(StringComparer.Ordinal));
    }
}
