namespace EasyQuant.Cli.Conformance;

/// <summary>What became of one test folder.</summary>
/// <param name="Test">The folder, relative to where the search began.</param>
/// <param name="Result"><c>passed</c>, <c>failed</c> or <c>unsupported</c>.</param>
/// <param name="Reason">Why it did not pass.</param>
internal sealed record TestRow(string Test, string Result, string? Reason)
{
    public const string Passed = "passed";
    public const string Failed = "failed";
    public const string Unsupported = "unsupported";
}
