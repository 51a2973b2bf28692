using EasyQuant.Reporting.Html;
using Microsoft.Playwright;
using Xunit;

namespace EasyQuant.Reporting.Tests.Browser;

/// <summary>A report in a browser. Closing it fails the test where the page wrote to the console, threw, or asked for anything but itself.</summary>
public sealed class OpenReport : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly string _folder;
    private readonly List<string> _complaints = [];

    private OpenReport(IBrowserContext context, IPage page, string folder)
    {
        _context = context;
        _folder = folder;
        Page = page;
        page.Console += (_, message) => _complaints.Add($"console {message.Type}: {message.Text}");
        page.PageError += (_, error) => _complaints.Add($"error: {error}");
        page.Request += (_, request) =>
        {
            if (request.Url != Address && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                _complaints.Add($"request: {request.Url}");
            }
        };
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>What the page has done that it should not.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Forgets the complaints, which the test has looked at.</summary>
    public void Forgive() => _complaints.Clear();

    private string Address => new Uri(Path.Combine(_folder, "report.html")).AbsoluteUri;

    public static async Task<OpenReport> In(IBrowserContext context, QuantizationReport report)
    {
        string folder = Directory.CreateTempSubdirectory("easyquant-report-").FullName;
        OpenReport open = new(context, await context.NewPageAsync(), folder);
        HtmlReport.Write(report, Path.Combine(folder, "report.html"));
        await open.Page.GotoAsync(open.Address);
        return open;
    }

    /// <summary>The names in the table, from the top.</summary>
    public async Task<IReadOnlyList<string>> Names() => await Page.Locator("#table tbody th").AllInnerTextsAsync();

    /// <summary>The heading of the panel that shows one layer.</summary>
    public async Task<string> Selected() => await Page.Locator("#detail-title").InnerTextAsync();

    /// <summary>The text of the element that has the focus.</summary>
    public async Task<string> Focused() => await Page.EvaluateAsync<string>("document.activeElement.innerText");

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        Directory.Delete(_folder, recursive: true);
        Assert.Empty(_complaints);
    }
}
