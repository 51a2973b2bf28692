using System.Globalization;
using Microsoft.Playwright;
using Xunit;

namespace EasyQuant.Reporting.Tests.Browser;

public sealed class LayerTableTests(Chromium browser) : IClassFixture<Chromium>
{
    [Fact]
    public async Task AClickOnAHeading_SortsByIt_AndASecondOneTheOtherWay()
    {
        await using OpenReport report = await browser.OpenOrSkip(ExampleReports.Complete(30));
        ILocator heading = report.Page.Locator("#table th", new PageLocatorOptions { HasText = "SQNR" });

        await heading.GetByRole(AriaRole.Button).ClickAsync();
        double[] ascending = await Numbers(report, "SQNR");
        string? first = await heading.GetAttributeAsync("aria-sort");
        await heading.GetByRole(AriaRole.Button).ClickAsync();
        double[] descending = await Numbers(report, "SQNR");

        Assert.Equal(27, ascending.Length);
        Assert.Equal(ascending.Order(), ascending);
        Assert.Equal(descending.OrderDescending(), descending);
        Assert.Equal(("ascending", "descending"), (first, await heading.GetAttributeAsync("aria-sort")));
        Assert.Equal(1, await report.Page.Locator("#table th[aria-sort]").CountAsync());
    }

    [Fact]
    public async Task LayersOfWhichTheColumnSaysNothing_ComeLastEitherWay()
    {
        await using OpenReport report = await browser.OpenOrSkip(ExampleReports.Complete(30));
        for (int click = 0; click < 2; click++)
        {
            await report.Page.Locator("#table").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "SQNR" }).ClickAsync();

            Assert.Equal(["layer 10", "layer 20", "layer 30"], (await report.Names()).TakeLast(3));
        }
    }

    [Fact]
    public async Task Names_AreSortedByTheNumbersInThem()
    {
        await using OpenReport report = await browser.OpenOrSkip(ExampleReports.Complete(30));

        await report.Page.Locator("#table").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Layer", Exact = true }).ClickAsync();

        Assert.Equal(Enumerable.Range(1, 30).Select(i => $"layer {i}"), await report.Names());
    }

    [Fact]
    public async Task TheFilter_KeepsTheLayersThatHoldEveryWord_AndCountsThem()
    {
        await using OpenReport report = await browser.OpenOrSkip(ExampleReports.Complete(30));

        await report.Page.GetByLabel("Filter").FillAsync("GEMM layer 2");
        IReadOnlyList<string> gemms = await report.Names();
        string count = await report.Page.Locator("#count").InnerTextAsync();
        await report.Page.GetByLabel("Filter").FillAsync("second input is not");
        IReadOnlyList<string> floats = await report.Names();
        await report.Page.GetByLabel("Filter").FillAsync("no such layer");

        Assert.Equal(["layer 12", "layer 21", "layer 24", "layer 27"], gemms);
        Assert.Equal("4 of 30 layers", count);
        Assert.Equal(["layer 10", "layer 20", "layer 30"], floats);
        Assert.Equal("No layer matches.", await report.Page.Locator("#table tbody").InnerTextAsync());
    }

    [Fact]
    public async Task AClickOnARow_ShowsItsLayer()
    {
        await using OpenReport report = await browser.OpenOrSkip(ExampleReports.Complete(30));

        await report.Page.Locator("#table tbody tr").Nth(4).Locator("td").Nth(2).ClickAsync();
        string quantized = await report.Selected();
        int charts = await report.Page.Locator("#detail svg").CountAsync();
        await report.Page.Locator("#table tbody tr").Nth(9).Locator("td").Nth(2).ClickAsync();

        Assert.Equal("layer 5", quantized);
        Assert.Equal(4, charts);
        Assert.Equal("layer 10", await report.Selected());
        Assert.Contains("its second input is not a constant", await report.Page.Locator("#detail").InnerTextAsync());
        Assert.Equal("layer 10", await report.Page.Locator("#table tr[aria-current] th").InnerTextAsync());
    }

    [Fact]
    public async Task TheLayerThatLostMost_IsShownAtFirst()
    {
        QuantizationReport data = ExampleReports.Complete(30);
        await using OpenReport report = await browser.OpenOrSkip(data);

        Assert.Equal(data.Layers.Where(l => l.SqnrDb is not null).MinBy(l => l.SqnrDb)!.Name, await report.Selected());
    }

    [Fact]
    public async Task EverythingCanBeDone_WithTheKeyboardAlone()
    {
        await using OpenReport report = await browser.OpenOrSkip(ExampleReports.Complete(30));
        IKeyboard keyboard = report.Page.Keyboard;

        await keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the layers", await report.Focused());
        await TabTo(report, "Dark");
        await keyboard.PressAsync("Enter");
        Assert.Equal("dark", await report.Page.EvaluateAsync<string>("document.documentElement.dataset.theme"));
        await TabTo(report, "MACs");
        await keyboard.PressAsync("Space");
        Assert.Equal("true", await report.Page.Locator("#measures button", new PageLocatorOptions { HasText = "MACs" }).GetAttributeAsync("aria-pressed"));
        await TabTo(report, "Place");
        await keyboard.PressAsync("Enter");
        Assert.Equal("layer 30", (await report.Names())[0]);
        await TabTo(report, "layer 30");
        await keyboard.PressAsync("ArrowDown");
        await keyboard.PressAsync("Enter");
        Assert.Equal("layer 29", await report.Selected());
        Assert.Equal("layer 29", await report.Focused());

        await report.Page.Locator("#next").FocusAsync();
        await keyboard.PressAsync("Enter");
        await keyboard.PressAsync("Enter");
        Assert.Equal("layer 27", await report.Selected());
    }

    [Fact]
    public async Task AClickOnTheChartOfTheNetwork_ShowsTheLayerUnderIt()
    {
        await using OpenReport report = await browser.OpenOrSkip(ExampleReports.Complete(30));

        await report.Page.Locator("#overview-plot .hit").Nth(11).ClickAsync();

        Assert.Equal("layer 12", await report.Selected());
    }

    [Fact]
    public async Task ColumnsThatNothingIsKnownOf_AreLeftOut()
    {
        await using OpenReport report = await browser.OpenOrSkip(ExampleReports.Plain(9));

        IReadOnlyList<string> headings = await report.Page.Locator("#table thead th").AllInnerTextsAsync();

        Assert.DoesNotContain(headings, h => h.StartsWith("Time", StringComparison.Ordinal) || h.StartsWith("Kernel", StringComparison.Ordinal) || h.StartsWith("In float", StringComparison.Ordinal));
        Assert.Contains(headings, h => h.StartsWith("SQNR", StringComparison.Ordinal));
    }

    private static async Task TabTo(OpenReport report, string text)
    {
        for (int i = 0; i < 60; i++)
        {
            await report.Page.Keyboard.PressAsync("Tab");
            if ((await report.Focused()).Trim(' ', '\n', '↑', '↓') == text)
            {
                return;
            }
        }

        Assert.Fail($"The Tab key does not lead to '{text}'.");
    }

    private static async Task<double[]> Numbers(OpenReport report, string column)
    {
        IReadOnlyList<string> headings = await report.Page.Locator("#table thead th").AllInnerTextsAsync();
        int index = headings.ToList().FindIndex(h => h.StartsWith(column, StringComparison.Ordinal));
        IReadOnlyList<string> cells = await report.Page.Locator($"#table tbody tr > :nth-child({index + 1})").AllInnerTextsAsync();
        return [.. cells.Select(c => c.Trim()).Where(c => c != "–").Select(c => double.Parse(c, CultureInfo.InvariantCulture))];
    }
}
