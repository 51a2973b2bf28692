using EasyQuant.Reporting.Layers;
using EasyQuant.Reporting.Samples;
using Microsoft.Playwright;
using Xunit;

namespace EasyQuant.Reporting.Tests.Browser;

public sealed class PageTests(Chromium browser) : IClassFixture<Chromium>
{
    [Fact]
    public async Task EverySection_IsThere_WhereThereIsSomethingToShow()
    {
        await using OpenReport report = await browser.OpenOrSkip(ExampleReports.Complete(30));

        Assert.Equal(
            ["Summary", "Along the network", "Layers", "Samples that differ most", "Sensitivity", "Accuracy and cost", "How it was made"],
            await report.Page.Locator("#nav a").AllInnerTextsAsync());
        string summary = await report.Page.Locator("#summary").InnerTextAsync();
        Assert.All((string[])["example.onnx", "EasyQuant, 7 bits, calibrated on 50 samples", "Close to float", "0.999120", "27.3 dB", "98.0 %", "was 4.0 MB", "27 of 30", "2 of 64 output channels"], t => Assert.Contains(t, summary));
        Assert.Contains("another class comes first", await report.Page.Locator("#samples li.card").First.InnerTextAsync());
        Assert.Contains("8 bits: −", await report.Page.Locator("#detail").InnerTextAsync());
        string facts = await report.Page.Locator("#facts").InnerTextAsync();
        Assert.All((string[])["2030-01-02 03:04", "avx2, 1 thread", "20.5 ms; its layers one by one"], t => Assert.Contains(t, facts));
    }

    [Fact]
    public async Task SectionsWithoutData_AreNotThere()
    {
        await using OpenReport report = await browser.OpenOrSkip(ExampleReports.Plain(9));

        Assert.Equal(["Summary", "Along the network", "Layers", "How it was made"], await report.Page.Locator("#nav a").AllInnerTextsAsync());
        Assert.Equal(0, await report.Page.Locator("#detail svg").CountAsync());
        foreach (string hidden in (string[])["#samples", "#sensitivity", "#front", "#warnings"])
        {
            Assert.False(await report.Page.Locator(hidden).IsVisibleAsync());
        }
    }

    [Fact]
    public async Task NamesThatLookLikeMarkup_StayText()
    {
        const string Hostile = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>{{script}}";
        QuantizationReport data = ExampleReports.Complete(3);
        LayerRow[] layers = [data.Layers[0] with { Name = Hostile, Op = Hostile, Kernel = Hostile, SqnrDb = 1 }, data.Layers[1] with { Reason = Hostile }];
        data = data with
        {
            Summary = data.Summary with { Model = Hostile, Method = Hostile, Preprocess = Hostile, Output = Hostile },
            Verdict = Verdict.OfTarget(met: false, Hostile),
            Layers = layers,
            Tensors = [.. data.Tensors.Select(t => t with { Name = Hostile })],
            Samples = [data.Samples[0] with { Name = Hostile }],
            ClassNames = [.. Enumerable.Repeat(Hostile, 5)],
            Warnings = [Hostile],
        };
        await using OpenReport report = await browser.OpenOrSkip(data);

        Assert.Equal(Hostile, await report.Selected());
        Assert.Equal(Hostile, await report.Page.Locator("#title").InnerTextAsync());
        Assert.StartsWith(Hostile, await report.Page.TitleAsync());
        Assert.Equal([Hostile, "layer 2"], await report.Names());
        Assert.True(await report.Page.EvaluateAsync<bool>("window.hacked === undefined"));
        Assert.Equal(1, await report.Page.Locator("img").CountAsync());
        Assert.Equal(2, await report.Page.Locator("script").CountAsync());
    }

    [Fact]
    public async Task ThePage_ForbidsItselfToLoadAnything()
    {
        await using OpenReport report = await browser.OpenOrSkip(ExampleReports.Plain(3));

        string blocked = await report.Page.EvaluateAsync<string>(
            """
            new Promise(resolve => {
              document.addEventListener('securitypolicyviolation', e => resolve(e.effectiveDirective));
              document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.1:9/x.png' }));
            })
            """);

        Assert.Equal("img-src", blocked);
        Assert.Single(report.Complaints, c => c.StartsWith("console error", StringComparison.Ordinal) && c.Contains("Content Security Policy"));
        report.Forgive();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task TheTheme_FollowsTheSystem_UntilTheButtonSaysOtherwise(ColorScheme system)
    {
        await using OpenReport report = await browser.OpenOrSkip(ExampleReports.Complete(5), colors: system);
        double before = await Brightness(report);

        await report.Page.Locator("#theme").ClickAsync();

        Assert.Equal(system == ColorScheme.Light, before > 0.5);
        Assert.Equal(system == ColorScheme.Light, await Brightness(report) < 0.5);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task EveryText_StandsOutFromItsGround(ColorScheme system)
    {
        await using OpenReport report = await browser.OpenOrSkip(ExampleReports.Complete(12), colors: system);

        // WCAG 2: the contrast of a text with what lies behind it is at least 4.5.
        string[] faint = await report.Page.EvaluateAsync<string[]>(
            """
            (() => {
              const light = c => { const [r, g, b] = c.match(/[\d.]+/g).map(Number).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
              const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!c.endsWith(', 0)') && c !== 'transparent') return c; } };
              const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
              const found = new Set();
              while (walker.nextNode()) {
                const e = walker.currentNode.parentElement;
                if (!walker.currentNode.data.trim() || !e.checkVisibility()) continue;
                const style = getComputedStyle(e);
                const [a, b] = [light(e instanceof SVGElement ? style.fill : style.color), light(ground(e))];
                const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                if (contrast < 4.5) found.add(`${contrast.toFixed(2)} ${walker.currentNode.data.trim()}`);
              }
              return [...found];
            })()
            """);

        Assert.Empty(faint);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(760)]
    [InlineData(1600)]
    public async Task NothingSticksOut_AtAnyWidth(int width)
    {
        await using OpenReport report = await browser.OpenOrSkip(ExampleReports.Complete(30), width);

        string[] wide = await report.Page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll table, nav, .skip') && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120))
            """);
        double scroll = await report.Page.EvaluateAsync<double>("document.documentElement.scrollWidth");
        LocatorBoundingBoxResult table = (await report.Page.Locator("#table-box").BoundingBoxAsync())!;
        LocatorBoundingBoxResult detail = (await report.Page.Locator("#detail").BoundingBoxAsync())!;

        Assert.Empty(wide);
        Assert.InRange(scroll, 1, width);
        Assert.True(width == 1600 ? detail.X >= table.X + table.Width : detail.Y >= table.Y + table.Height);
    }

    [Fact]
    public async Task Charts_AreDrawnAnew_WhenTheWindowChanges()
    {
        await using OpenReport report = await browser.OpenOrSkip(ExampleReports.Complete(30), width: 1600);

        await report.Page.SetViewportSizeAsync(500, 800);
        await report.Page.WaitForFunctionAsync("document.querySelector('#overview-plot svg').viewBox.baseVal.width < 500");
    }

    [Fact]
    public async Task Headings_AreInOrder_AndEveryControlAndChartHasAName()
    {
        await using OpenReport report = await browser.OpenOrSkip(ExampleReports.Complete(12));

        int[] levels = await report.Page.EvaluateAsync<int[]>("[...document.querySelectorAll('h1, h2, h3, h4')].filter(h => h.checkVisibility()).map(h => Number(h.tagName[1]))");
        string[] nameless = await report.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('button, a, svg, img, input')].filter(e => !(e.innerText || e.getAttribute('aria-label') || e.alt || e.labels?.length)).map(e => e.outerHTML.slice(0, 120))");

        Assert.Equal(1, levels[0]);
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1));
        Assert.Single(levels, 1);
        Assert.Empty(nameless);
    }

    [Fact]
    public async Task ThreeHundredLayers_AreSortedAndShownAtOnce()
    {
        await using OpenReport report = await browser.OpenOrSkip(ExampleReports.Complete(300));

        double milliseconds = await report.Page.EvaluateAsync<double>(
            """
            (() => {
              const start = performance.now();
              for (const button of document.querySelectorAll('#table thead button')) button.click();
              for (const row of [...document.querySelectorAll('#table tbody tr')].slice(0, 10)) row.click();
              document.body.getBoundingClientRect();
              return performance.now() - start;
            })()
            """);

        Assert.Equal(300, (await report.Names()).Count);
        Assert.Equal(300, await report.Page.Locator("#overview-plot .hit").CountAsync());

        // A dozen sorts and ten selections; a second is far beyond what a slow machine takes.
        Assert.InRange(milliseconds, 0, 3000);
    }

    [Fact]
    public async Task ThePictures_HaveThePixelsThatWereFed()
    {
        byte[] pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30, 40, 50, 60, 70, 80, 90];
        string picture = $"data:image/png;base64,{Convert.ToBase64String(PngEncoder.Encode(pixels, 2, 3, 3))}";
        QuantizationReport data = ExampleReports.Complete(3);
        await using OpenReport report = await browser.OpenOrSkip(data with { Samples = [data.Samples[0] with { Picture = picture }] });

        int[] seen = await report.Page.EvaluateAsync<int[]>(
            """
            (async () => {
              const image = document.querySelector('#samples img');
              await image.decode();
              const canvas = Object.assign(document.createElement('canvas'), { width: image.naturalWidth, height: image.naturalHeight });
              const context = canvas.getContext('2d');
              context.drawImage(image, 0, 0);
              return [...context.getImageData(0, 0, canvas.width, canvas.height).data].filter((_, i) => i % 4 !== 3);
            })()
            """);

        Assert.Equal(pixels.Select(p => (int)p), seen);
    }

    private static async Task<double> Brightness(OpenReport report) =>
        await report.Page.EvaluateAsync<double>("getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((s, v) => s + v / 765, 0)");
}
