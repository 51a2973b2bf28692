using Microsoft.Playwright;
using Xunit;

namespace EasyQuant.Reporting.Tests.Browser;

/// <summary>One browser for all tests of the page: the system's chromium, driven by Playwright.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] s_places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly string[] s_arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("EASYQUANT_CHROMIUM") is { Length: > 0 } named && !File.Exists(named))
        {
            throw new FileNotFoundException($"EASYQUANT_CHROMIUM names '{named}', which is no file.");
        }

        if (Find() is { } path)
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = s_arguments });
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>Opens a report; the running test is skipped, with the reason, where there is no browser.</summary>
    public async Task<OpenReport> OpenOrSkip(QuantizationReport report, int width = 1280, ColorScheme colors = ColorScheme.Light)
    {
        Assert.SkipWhen(_browser is null, $"needs chromium: install Debian's package 'chromium', or set EASYQUANT_CHROMIUM (looked for {string.Join(", ", s_places)})");
        IBrowserContext context = await _browser!.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = colors });
        return await OpenReport.In(context, report);
    }

    private static string? Find() => Environment.GetEnvironmentVariable("EASYQUANT_CHROMIUM") is { Length: > 0 } named ? named : s_places.FirstOrDefault(File.Exists);
}
