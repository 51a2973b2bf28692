using System.Text.RegularExpressions;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Cli.Tests;

public sealed partial class DocumentationTests
{
    // What every command has is described once, at the top of the page.
    private static readonly string[] s_everywhere = ["--help", "--verbose"];

    public static TheoryData<string> Commands => UsageTests.Commands;

    [Theory]
    [MemberData(nameof(Commands))]
    public void ThePageOfCommands_NamesTheOptionsThatThereAre_AndNoOthers(string command)
    {
        string page = File.ReadAllText(Path.Combine(Assets.RepositoryRoot, "docs", "command-line.md"));
        string section = Regex.Match(page, $"^## {command}$(.*?)(?=^## |\\z)", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value;
        string help = Invocation.Of(command, "--help").Output;
        string options = help[help.IndexOf("Options:", StringComparison.Ordinal)..help.IndexOf("Examples:", StringComparison.Ordinal)];

        Assert.Equal(
            OptionLines().Matches(options).Select(m => m.Groups[1].Value).Except(s_everywhere).Order(StringComparer.Ordinal),
            LongOptions().Matches(section).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Links_LeadToFilesThatAreThere()
    {
        string root = Assets.RepositoryRoot;
        string[] pages =
        [
            .. Directory.EnumerateFiles(root, "*.md"),
            .. Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories),
            .. Directory.EnumerateFiles(Path.Combine(root, "samples"), "*.md", SearchOption.AllDirectories),
        ];

        string[] broken =
        [
            .. from page in pages
               from Match link in LocalLinks().Matches(File.ReadAllText(page))
               where !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, link.Groups[1].Value))
               select $"{Path.GetRelativePath(root, page)}: {link.Groups[1].Value}",
        ];
        Assert.NotEmpty(pages);
        Assert.Empty(broken);
    }

    // A line of the help, as in "  -o, --output <DIR>  Folder for the models.".
    [GeneratedRegex("^  (?:-., )*(--[a-z]+(?:-[a-z]+)*)", RegexOptions.Multiline)]
    private static partial Regex OptionLines();

    [GeneratedRegex("--[a-z]+(?:-[a-z]+)*")]
    private static partial Regex LongOptions();

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")]
    private static partial Regex LocalLinks();
}
