using System.Globalization;
using EasyQuant.Data;

namespace EasyQuant.TextReading;

/// <summary>One line as it is to be rendered.</summary>
internal sealed record StyledLine(string Text, string Font, int Size, string Weight, string Slant, double Degrees, int Left, int Top, string Ink);

/// <summary>Makes up pages: words, numbers, prices, dates and addresses in several fonts, sizes and colours. The same number gives the same page.</summary>
internal sealed class PageText
{
    public const int Width = 640;
    public const int Height = 640;

    private static readonly string[] s_words =
    [
        "integer", "network", "Calibration", "threshold", "of", "the", "and", "Quantized", "weights", "search", "for", "scale", "convolution", "layer",
        "Invoice", "total", "amount", "due", "Payment", "received", "Customer", "order", "delivery", "address", "Street", "window", "garden", "river",
        "Journey", "mountain", "silver", "quick", "brown", "fox", "jumps", "over", "lazy", "dog", "please", "sign", "here", "Open", "daily", "from", "until",
        "except", "Sunday", "January", "October", "warning", "keep", "away", "children", "made", "in", "Europe", "ISO", "quality", "paper", "exchange", "zero",
    ];

    private static readonly string[] s_fonts = ["DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono", "DejaVu Sans Condensed", "DejaVu Serif Condensed"];
    private static readonly string[] s_inks = ["#101010", "#202060", "#602020", "#184018", "#404040"];
    private static readonly string[] s_papers = ["#ffffff", "#fbf6e6", "#eef3fa", "#e4e4e0", "#d8e8d8"];

    private SplitMix64 _random;

    public PageText(ulong page)
    {
        _random = new SplitMix64(page * 7919 + 17);
        Paper = Choose(s_papers);
        Noise = _random.Below(4) * 5;
        List<StyledLine> lines = [];
        for (int top = 24; ;)
        {
            int size = 13 + _random.Below(18);
            int left = 20 + _random.Below(60);
            if (top + 2 * size > Height)
            {
                break;
            }

            lines.Add(new StyledLine(
                MakeText((int)((Width - left - 40) / (0.66 * size))), Choose(s_fonts), size, _random.Below(4) == 0 ? "bold" : "normal", _random.Below(5) == 0 ? "italic" : "normal",
                (_random.Below(21) - 10) / 12.0, left, top, Choose(s_inks)));
            top += size + 26 + _random.Below(18);
        }

        Lines = lines;
        NoiseSeed = _random.Next();
    }

    public string Paper { get; }

    /// <summary>The most by which a sample is off.</summary>
    public int Noise { get; }

    public ulong NoiseSeed { get; }

    public IReadOnlyList<StyledLine> Lines { get; }

    private string MakeText(int most)
    {
        string text = Word();
        for (int count = 1 + _random.Below(6); count > 0; count--)
        {
            string next = Word();
            if (text.Length + 1 + next.Length > most)
            {
                break;
            }

            text += " " + next;
        }

        return text;
    }

    private string Word() => _random.Below(8) switch
    {
        0 => _random.Below(100_000).ToString(CultureInfo.InvariantCulture),
        1 => string.Create(CultureInfo.InvariantCulture, $"${_random.Below(900)}.{_random.Below(100):00}"),
        2 => string.Create(CultureInfo.InvariantCulture, $"{1 + _random.Below(28):00}/{1 + _random.Below(12):00}/{1990 + _random.Below(40)}"),
        3 when _random.Below(2) == 0 => $"{Choose(s_words).ToLowerInvariant()}@{Choose(s_words).ToLowerInvariant()}.com",
        _ => Choose(s_words),
    };

    private string Choose(string[] among) => among[_random.Below(among.Length)];
}
