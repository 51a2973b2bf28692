using EasyQuant.Data.Images;

namespace EasyQuant.Data.Preprocessing;

/// <summary>How a picture's size is brought near the model's: one of the records nested here.</summary>
public abstract record ResizeRule
{
    private ResizeRule()
    {
    }

    /// <summary>The size the rule itself asks for, where it does; the model's input must then have it.</summary>
    internal virtual (int? Width, int? Height) OwnSize => (null, null);

    internal abstract Framing Frame(Picture picture, int width, int height, Crop crop);

    private protected static int Scaled(int length, double scale) => Math.Max(1, (int)Math.Round(length * scale, MidpointRounding.ToEven));

    private protected static void CheckOwnSize(int own, int asked, string side)
    {
        if (own != asked)
        {
            throw new InvalidSampleException($"The preprocessing makes pictures of {side} {own}, but the model's input has {side} {asked}. Leave the {side} out of \"resize\", so that it follows the model.");
        }
    }

    /// <summary>Pictures keep their size.</summary>
    public sealed record Keep : ResizeRule
    {
        internal override Framing Frame(Picture picture, int width, int height, Crop crop) => Framing.Cut(picture, picture.Width, picture.Height, width, height, crop);
    }

    /// <summary>The shorter side becomes <paramref name="Size"/>, the other follows: <c>round(length · Size / shorter)</c>, half to even.</summary>
    /// <param name="Size">
    /// The length in pixels. Without one it is <c>round(256 / 224 · longer side of the model's input)</c>, 256 for 224; pictures that
    /// already have exactly the model's size are then left as they are.
    /// </param>
    public sealed record ShortSide(int? Size = null) : ResizeRule
    {
        internal override Framing Frame(Picture picture, int width, int height, Crop crop)
        {
            if (Size is null && picture.Width == width && picture.Height == height)
            {
                return Framing.Cut(picture, width, height, width, height, crop);
            }

            int size = Size ?? Scaled(Math.Max(width, height), 256.0 / 224.0);
            double scale = (double)size / Math.Min(picture.Width, picture.Height);
            return Framing.Cut(picture, Scaled(picture.Width, scale), Scaled(picture.Height, scale), width, height, crop);
        }
    }

    /// <summary>Both sides become what they should be, whatever that does to the proportions.</summary>
    /// <param name="Width">The width; the model's where absent.</param>
    /// <param name="Height">The height; the model's where absent.</param>
    public sealed record Exact(int? Width = null, int? Height = null) : ResizeRule
    {
        internal override (int? Width, int? Height) OwnSize => (Width, Height);

        // Cut complains where the size is neither the model's nor, with a crop, larger.
        internal override Framing Frame(Picture picture, int width, int height, Crop crop) => Framing.Cut(picture, Width ?? width, Height ?? height, width, height, crop);
    }

    /// <summary>The whole picture is fitted in, proportions kept, and the rest filled: <c>scale = min(W / w, H / h)</c>.</summary>
    /// <param name="Width">The width; the model's where absent.</param>
    /// <param name="Height">The height; the model's where absent.</param>
    /// <param name="Pad">The level that fills the rest, before scaling and normalisation.</param>
    /// <param name="Anchor">Where the picture lies.</param>
    public sealed record Letterbox(int? Width = null, int? Height = null, byte Pad = 114, Anchor Anchor = Anchor.Center) : ResizeRule
    {
        internal override (int? Width, int? Height) OwnSize => (Width, Height);

        internal override Framing Frame(Picture picture, int width, int height, Crop crop)
        {
            CheckOwnSize(Width ?? width, width, "width");
            CheckOwnSize(Height ?? height, height, "height");
            double scale = Math.Min((double)width / picture.Width, (double)height / picture.Height);
            int w = Math.Min(width, Scaled(picture.Width, scale));
            int h = Math.Min(height, Scaled(picture.Height, scale));
            bool isCentered = Anchor == Anchor.Center;
            return new Framing(w, h, new PixelWindow(0, 0, w, h), isCentered ? (width - w) / 2 : 0, isCentered ? (height - h) / 2 : 0, Pad);
        }
    }
}

/// <summary>Where a letterboxed picture lies in the input.</summary>
public enum Anchor
{
    /// <summary>In the middle; an odd pixel goes to the right and the bottom.</summary>
    Center,

    /// <summary>In the upper left corner, as YOLOX has it.</summary>
    TopLeft,
}

/// <summary>What happens to a resized picture that is larger than the model's input.</summary>
public enum Crop
{
    /// <summary>It must not be larger.</summary>
    None,

    /// <summary>Its centre is cut out, at <c>floor((length − size) / 2)</c>.</summary>
    Center,
}
