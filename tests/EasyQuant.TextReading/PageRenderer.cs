using System.Globalization;
using System.Net;
using System.Text;
using EasyQuant.Data;
using EasyQuant.Data.Images;
using Microsoft.Playwright;
using Xunit;

namespace EasyQuant.TextReading;

/// <summary>Renders pages of text: the system's chromium, driven by Playwright. Nothing is written to disk.</summary>
public static class PageRenderer
{
    private static readonly string[] s_places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly string[] s_arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-lcd-text", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    /// <summary>How to get what is missing.</summary>
    public static string WayOut => $"install Debian's package 'chromium', or set EASYQUANT_CHROMIUM (looked for {string.Join(", ", s_places)})";

    /// <summary>The browser's path, or nothing where there is none.</summary>
    public static string? Browser { get; } =
        Environment.GetEnvironmentVariable("EASYQUANT_CHROMIUM") is { Length: > 0 } named ? named : s_places.FirstOrDefault(File.Exists);

    /// <summary>Skips the running test where there is no browser.</summary>
    public static void RequireOrSkip() => Assert.SkipWhen(Browser is null, $"needs chromium: {WayOut}");

    /// <summary>Renders so many pages, from a number on; each number stands for one page.</summary>
    public static async Task<IReadOnlyList<TextPage>> Render(int first, int count)
    {
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Browser ?? throw new FileNotFoundException($"There is no chromium: {WayOut}."),
            Args = s_arguments,
        });
        IPage page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = PageText.Width, Height = PageText.Height } });
        List<TextPage> pages = [];
        for (int number = first; number < first + count; number++)
        {
            pages.Add(await Render(page, number));
        }

        return pages;
    }

    private static async Task<TextPage> Render(IPage page, int number)
    {
        PageText text = new((ulong)number);
        await page.SetContentAsync(HtmlOf(text));
        double[][] boxes = await page.EvaluateAsync<double[][]>(
            "[...document.querySelectorAll('p')].map(p => { const r = p.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; })");
        Picture picture = PictureFile.Decode(await page.ScreenshotAsync(), $"page {number}");
        AddNoise(picture.Samples, text);
        return new TextPage(picture, [.. text.Lines.Zip(boxes, (line, b) => new TextLine(line.Text, new Box(b[0], b[1], b[2], b[3])))]);
    }

    private static string HtmlOf(PageText text)
    {
        StringBuilder html = new();
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><body style='margin:0;background:{text.Paper}'>");
        foreach (StyledLine line in text.Lines)
        {
            html.Append(
                CultureInfo.InvariantCulture,
                $"<p style=\"position:absolute;margin:0;white-space:pre;left:{line.Left}px;top:{line.Top}px;color:{line.Ink};transform:rotate({line.Degrees}deg);transform-origin:0 50%;font:{line.Slant} {line.Weight} {line.Size}px '{line.Font}'\">{WebUtility.HtmlEncode(line.Text)}</p>");
        }

        return html.ToString();
    }

    // Uniform, each sample by itself, as of a poor sensor.
    private static void AddNoise(byte[] samples, PageText text)
    {
        if (text.Noise == 0)
        {
            return;
        }

        SplitMix64 random = new(text.NoiseSeed);
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = (byte)Math.Clamp(samples[i] + random.Below(2 * text.Noise + 1) - text.Noise, 0, 255);
        }
    }
}
