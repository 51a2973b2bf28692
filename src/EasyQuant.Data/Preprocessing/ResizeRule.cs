using EasyQuant.Data.Images;

namespace EasyQuant.Data.Preprocessing;

/// <summary>How a picture's size is brought near the model's: one of the records nested here.</summary>
public abstract record ResizeRule
{
    private ResizeRule()
    {
    }

    /// <summary>Whether every picture gets a size where the model leaves a side open.</summary>
    internal virtual bool Settles(PictureSize stated, Crop crop) => !stated.IsOpen;

    /// <summary>How a picture comes to fill an input of which this is stated.</summary>
    internal abstract Framing Frame(Picture picture, PictureSize stated, Crop crop);

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
        internal override bool Settles(PictureSize stated, Crop crop) => true;

        internal override Framing Frame(Picture picture, PictureSize stated, Crop crop) =>
            Framing.Cut(picture, picture.Width, picture.Height, stated.Width ?? picture.Width, stated.Height ?? picture.Height, crop);
    }

    /// <summary>The shorter side becomes <paramref name="Size"/>, the other follows: <c>round(length · Size / shorter)</c>, half to even.</summary>
    /// <param name="Size">
    /// The length in pixels. Without one it is <c>round(256 / 224 · longer side of the model's input)</c>, 256 for 224; pictures that
    /// already have exactly the model's size are then left as they are.
    /// </param>
    public sealed record ShortSide(int? Size = null) : ResizeRule
    {
        // A crop needs to know how much to leave.
        internal override bool Settles(PictureSize stated, Crop crop) => !stated.IsOpen || (Size is not null && crop == Crop.None);

        internal override Framing Frame(Picture picture, PictureSize stated, Crop crop)
        {
            if (Size is null && picture.Width == stated.Width && picture.Height == stated.Height)
            {
                return Framing.Cut(picture, picture.Width, picture.Height, picture.Width, picture.Height, crop);
            }

            int size = Size ?? Scaled(Math.Max(stated.Width!.Value, stated.Height!.Value), 256.0 / 224.0);
            double scale = (double)size / Math.Min(picture.Width, picture.Height);
            (int width, int height) = (Scaled(picture.Width, scale), Scaled(picture.Height, scale));
            return Framing.Cut(picture, width, height, stated.Width ?? width, stated.Height ?? height, crop);
        }
    }

    /// <summary>Both sides become what they should be, whatever that does to the proportions.</summary>
    /// <param name="Width">The width; the model's where absent.</param>
    /// <param name="Height">The height; the model's where absent.</param>
    public sealed record Exact(int? Width = null, int? Height = null) : ResizeRule
    {
        internal override bool Settles(PictureSize stated, Crop crop) => (stated.Width ?? Width) is not null && (stated.Height ?? Height) is not null;

        // Cut complains where the size is neither the model's nor, with a crop, larger.
        internal override Framing Frame(Picture picture, PictureSize stated, Crop crop) =>
            Framing.Cut(picture, (Width ?? stated.Width)!.Value, (Height ?? stated.Height)!.Value, (stated.Width ?? Width)!.Value, (stated.Height ?? Height)!.Value, crop);
    }

    /// <summary>The whole picture is fitted in, proportions kept, and the rest filled: <c>scale = min(W / w, H / h)</c>.</summary>
    /// <param name="Width">The width; the model's where absent.</param>
    /// <param name="Height">The height; the model's where absent.</param>
    /// <param name="Pad">The level that fills the rest, before scaling and normalisation.</param>
    /// <param name="Anchor">Where the picture lies.</param>
    public sealed record Letterbox(int? Width = null, int? Height = null, byte Pad = 114, Anchor Anchor = Anchor.Center) : ResizeRule
    {
        internal override bool Settles(PictureSize stated, Crop crop) => (stated.Width ?? Width) is not null && (stated.Height ?? Height) is not null;

        internal override Framing Frame(Picture picture, PictureSize stated, Crop crop)
        {
            (int width, int height) = ((stated.Width ?? Width)!.Value, (stated.Height ?? Height)!.Value);
            CheckOwnSize(Width ?? width, width, "width");
            CheckOwnSize(Height ?? height, height, "height");
            double scale = Math.Min((double)width / picture.Width, (double)height / picture.Height);
            int w = Math.Min(width, Scaled(picture.Width, scale));
            int h = Math.Min(height, Scaled(picture.Height, scale));
            bool isCentered = Anchor == Anchor.Center;
            return new Framing(w, h, new PixelWindow(0, 0, w, h), width, height, isCentered ? (width - w) / 2 : 0, isCentered ? (height - h) / 2 : 0, Pad);
        }
    }

    /// <summary>For networks that take every size that their strides divide: the sides that the model leaves open become multiples of <paramref name="Of"/>.</summary>
    /// <param name="Of">What they are multiples of.</param>
    /// <param name="By">How they become so.</param>
    /// <param name="LongSide">The longest side where both are open: larger pictures are scaled down to it first, proportions kept.</param>
    /// <param name="Pad">For <see cref="Rounding.Pad"/>: the level that fills the rest, before scaling and normalisation.</param>
    /// <remarks>A side that the model states is met first, by scaling in proportion, and the open one follows: text lines of height 48 are an example.</remarks>
    public sealed record Multiple(int Of = 32, Rounding By = Rounding.Pad, int? LongSide = null, byte Pad = 0) : ResizeRule
    {
        // A line of pixels scaled to a stated height would become endless.
        private const int LongestSide = 32768;

        internal override bool Settles(PictureSize stated, Crop crop) => true;

        internal override Framing Frame(Picture picture, PictureSize stated, Crop crop)
        {
            (double x, double y) = ((double)(stated.Width ?? int.MaxValue) / picture.Width, (double)(stated.Height ?? int.MaxValue) / picture.Height);
            double scale = stated is { Width: null, Height: null } ? Math.Min(1, (double)(LongSide ?? int.MaxValue) / Math.Max(picture.Width, picture.Height)) : Math.Min(x, y);
            (int w, int h) = (Scaled(picture.Width, scale), Scaled(picture.Height, scale));
            if (Math.Max(w, h) > LongestSide)
            {
                throw new InvalidSampleException($"Picture '{picture.Name}' of {picture.Width}x{picture.Height} becomes {w}x{h} (width x height); sides may have up to {LongestSide} pixels. Cut it in parts.");
            }

            (int width, int height) = (stated.Width ?? Rounded(w), stated.Height ?? Rounded(h));
            return By == Rounding.Resize
                ? new Framing(width, height, new PixelWindow(0, 0, width, height), width, height)
                : new Framing(w, h, new PixelWindow(0, 0, w, h), width, height, Pad: Pad);
        }

        private int Rounded(int length) => By == Rounding.Resize
            ? Math.Max(1, (int)Math.Round((double)length / Of, MidpointRounding.ToEven)) * Of
            : (length + Of - 1) / Of * Of;
    }
}

/// <summary>How a length becomes a multiple of another.</summary>
public enum Rounding
{
    /// <summary>Up, by filling what is missing at the right and the bottom.</summary>
    Pad,

    /// <summary>To the nearest, half to even but never to nothing, by resizing; proportions change a little.</summary>
    Resize,
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
