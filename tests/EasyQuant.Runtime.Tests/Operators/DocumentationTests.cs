using System.Globalization;
using System.Text.RegularExpressions;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Tests.Conformance;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Runtime.Tests.Operators;

public sealed partial class DocumentationTests
{
    [Fact]
    public void ThePageOfOperators_NamesThoseThatThereAre_AndNoOthers()
    {
        string page = File.ReadAllText(Path.Combine(Assets.RepositoryRoot, "docs", "operators.md"));
        string table = page[..page.IndexOf("## Numbers", StringComparison.Ordinal)];
        string[] named = [.. OperatorName().Matches(table).Select(m => m.Groups[1].Value).Where(n => n != nameof(GraphExecutor)).Order(StringComparer.Ordinal)];

        Assert.Equal(OperatorTable.Names.Order(StringComparer.Ordinal), named);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"| pass | {ConformanceLists.Passing.Count:N0} |"), page, StringComparison.Ordinal);
    }

    [GeneratedRegex("`([A-Z][A-Za-z0-9]+)`")]
    private static partial Regex OperatorName();
}
