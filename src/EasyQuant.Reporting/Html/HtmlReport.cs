using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using EasyQuant.Files;

namespace EasyQuant.Reporting.Html;

/// <summary>Renders a report as one HTML file that needs nothing else: style, script and data are inside.</summary>
/// <remarks>
/// The page forbids itself, by a content security policy, to load anything and to run any script but its own. Text from
/// models and samples is only ever data: JSON in the file, text nodes on the page.
/// </remarks>
public static partial class HtmlReport
{
    // In the order in which they build on each other.
    private static readonly string[] s_scripts = ["format.js", "dom.js", "plot.js", "charts.js", "summary.js", "table.js", "detail.js", "overview.js", "samples.js", "methods.js", "theme.js", "main.js"];

    /// <summary>The page as text.</summary>
    public static string Render(QuantizationReport report)
    {
        string style = PageResource.Read("report.css");
        string script = $"(() => {{\n'use strict';\n{string.Concat(s_scripts.Select(PageResource.Read))}}})();\n";
        Dictionary<string, string> parts = new()
        {
            ["title"] = HtmlEncoder.Default.Encode($"{report.Summary.Model} · EasyQuant report"),
            ["style-hash"] = HashOf(style),
            ["script-hash"] = HashOf(script),
            ["style"] = style,
            ["script"] = script,
            ["data"] = ReportJson.ToText(report),
        };
        return Placeholder().Replace(PageResource.Read("report.html"), match => parts[match.Groups[1].Value]);
    }

    /// <summary>Writes the page to a temporary file and moves it into place.</summary>
    /// <exception cref="IOException">The file cannot be written; nothing is left behind.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(QuantizationReport report, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] page = Encoding.UTF8.GetBytes(Render(report));
        using FileTransaction files = new();
        files.Create(path).Write(page);
        files.Commit();
    }

    [GeneratedRegex("{{([a-z-]+)}}")]
    private static partial Regex Placeholder();

    private static string HashOf(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";
}
