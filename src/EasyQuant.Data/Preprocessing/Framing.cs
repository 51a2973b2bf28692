using EasyQuant.Data.Images;

namespace EasyQuant.Data.Preprocessing;

/// <summary>A rectangle of pixels.</summary>
internal readonly record struct PixelWindow(int Left, int Top, int Width, int Height);

/// <summary>How a picture comes to fill the model's input.</summary>
/// <param name="Width">The width it is resized to.</param>
/// <param name="Height">The height it is resized to.</param>
/// <param name="Window">The part of the resized picture that is used.</param>
/// <param name="InputWidth">The input's width.</param>
/// <param name="InputHeight">The input's height.</param>
/// <param name="Left">Where that part goes in the input.</param>
/// <param name="Top">Where that part goes in the input.</param>
/// <param name="Pad">The level of the input's pixels that the part does not cover.</param>
internal readonly record struct Framing(int Width, int Height, PixelWindow Window, int InputWidth, int InputHeight, int Left = 0, int Top = 0, byte Pad = 0)
{
    /// <summary>Resized to <paramref name="width"/> x <paramref name="height"/>, then cut to the target or required to be it.</summary>
    /// <exception cref="InvalidSampleException">The resized picture is smaller than the target, or differs from it and may not be cut.</exception>
    public static Framing Cut(Picture picture, int width, int height, int targetWidth, int targetHeight, Crop crop)
    {
        bool fits = crop == Crop.Center ? width >= targetWidth && height >= targetHeight : width == targetWidth && height == targetHeight;
        if (!fits)
        {
            string resized = (width, height) == (picture.Width, picture.Height) ? "" : $" becomes {width}x{height} and";
            throw new InvalidSampleException(
                $"Picture '{picture.Name}' of {picture.Width}x{picture.Height}{resized} does not fit the model's input of {targetWidth}x{targetHeight} (width x height). "
                + (crop == Crop.Center ? "Choose a larger resize." : "Choose a preprocessing that resizes, such as 'imagenet', or a file with \"resize\": {\"mode\": \"exact\"}."));
        }

        return new Framing(width, height, new PixelWindow((width - targetWidth) / 2, (height - targetHeight) / 2, targetWidth, targetHeight), targetWidth, targetHeight);
    }

    /// <summary>Where a part of the picture lies in the model's input.</summary>
    public Box Place(Box box, Picture picture)
    {
        (double scaleX, double scaleY) = ((double)Width / picture.Width, (double)Height / picture.Height);
        (int offsetX, int offsetY) = (Left - Window.Left, Top - Window.Top);
        return new Box(box.Left * scaleX + offsetX, box.Top * scaleY + offsetY, box.Right * scaleX + offsetX, box.Bottom * scaleY + offsetY);
    }
}
