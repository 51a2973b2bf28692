using EasyQuant.Data.Images;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Tensors;

namespace EasyQuant.TextReading;

/// <summary>What PP-OCRv4's networks take.</summary>
public static class NetworkInputs
{
    /// <summary>Both networks call their input so.</summary>
    public const string Name = "x";

    /// <summary>Rows of the recognizer's input.</summary>
    public const int LineHeight = 48;

    private const int Multiple = 32;
    private const int ShortestLine = 32;

    private static readonly Preprocess s_page = new() { Color = ColorOrder.Bgr, Scale = 1 / 255.0, Mean = [0.485, 0.456, 0.406], Std = [0.229, 0.224, 0.225], Resize = new ResizeRule.Exact() };
    private static readonly Preprocess s_line = new() { Color = ColorOrder.Bgr, Scale = 1 / 127.5, Mean = [1], Std = [1], Resize = new ResizeRule.Exact() };

    /// <summary>A page for the detector: sides resized to the nearest multiples of 32, <c>(x / 255 − mean) / std</c>.</summary>
    public static Tensor OfPage(Picture page) => s_page.Apply(page, 3, Round(page.Height), Round(page.Width));

    /// <summary>A line for the recognizer: 48 rows, as wide as its proportions ask, <c>x / 127.5 − 1</c>.</summary>
    public static Tensor OfLine(Picture line) =>
        s_line.Apply(line, 3, LineHeight, Math.Max(ShortestLine, (int)Math.Ceiling((double)LineHeight * line.Width / line.Height)));

    private static int Round(int side) => Math.Max(Multiple, (side + Multiple / 2) / Multiple * Multiple);
}
