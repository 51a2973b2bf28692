using EasyQuant.Data;
using EasyQuant.Data.Images;

namespace EasyQuant.TextReading;

/// <summary>A line of text and where it stands.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Box">The upright rectangle around it, in pixels.</param>
public sealed record TextLine(string Text, Box Box);

/// <summary>A picture of text with what stands in it.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Lines">Its lines, from top to bottom.</param>
public sealed record TextPage(Picture Picture, IReadOnlyList<TextLine> Lines)
{
    /// <summary>The part of the picture inside a box, widened to whole pixels and cut at the picture's edge.</summary>
    public Picture Cut(Box box)
    {
        int left = Math.Clamp((int)Math.Floor(box.Left), 0, Picture.Width - 1);
        int top = Math.Clamp((int)Math.Floor(box.Top), 0, Picture.Height - 1);
        int width = Math.Clamp((int)Math.Ceiling(box.Right), left + 1, Picture.Width) - left;
        int height = Math.Clamp((int)Math.Ceiling(box.Bottom), top + 1, Picture.Height) - top;
        byte[] samples = new byte[width * height * Picture.Channels];
        for (int y = 0; y < height; y++)
        {
            Picture.Samples.AsSpan(((top + y) * Picture.Width + left) * Picture.Channels, width * Picture.Channels).CopyTo(samples.AsSpan(y * width * Picture.Channels));
        }

        return new Picture($"{Picture.Name} at {left},{top}", width, height, Picture.Channels, samples);
    }
}
