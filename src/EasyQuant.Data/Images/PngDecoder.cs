using System.Runtime.InteropServices;
using EasyQuant.Data.Arrays;
using EasyQuant.Data.Images.Native;

namespace EasyQuant.Data.Images;

/// <summary>PNG through libpng, as 8-bit sRGB or grey. An alpha channel is dropped, not blended: the colours under it are the picture.</summary>
internal sealed class PngDecoder : IPictureDecoder
{
    // Behind the signature, the length and name of the first chunk, width and height; the kind of colours follows.
    private const int BitDepthOffset = 24;

    /// <inheritdoc/>
    public string Format => "PNG";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".png"];

    /// <inheritdoc/>
    public bool Recognizes(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);

    /// <inheritdoc/>
    public unsafe Picture Decode(ReadOnlySpan<byte> file, string name)
    {
        NativeDependency.Png.Require(name);
        PngImage image = new() { Version = PngImage.CurrentVersion };
        try
        {
            fixed (byte* source = file)
            {
                if (PngLibrary.BeginReadFromMemory(&image, source, (nuint)file.Length) == 0)
                {
                    throw Damaged(image, name);
                }

                Picture.CheckSize(name, image.Width, image.Height);
                CheckLength(file, name, image.Width, image.Height);
                image.Format &= PngImage.Alpha | PngImage.Color;
                image.Flags |= PngImage.SixteenBitIsSrgb;
                int colors = (image.Format & PngImage.Color) != 0 ? 3 : 1;
                int channels = colors + (int)(image.Format & PngImage.Alpha);
                int width = (int)image.Width;
                int height = (int)image.Height;
                byte[] samples = GC.AllocateUninitializedArray<byte>(checked(width * height * channels));
                fixed (byte* destination = samples)
                {
                    if (PngLibrary.FinishRead(&image, null, destination, width * channels, null) == 0)
                    {
                        throw Damaged(image, name);
                    }
                }

                return new Picture(name, width, height, colors, channels == colors ? samples : WithoutAlpha(samples, colors));
            }
        }
        finally
        {
            PngLibrary.Free(&image);
        }
    }

    // Before memory is taken: the rows are deflated, so a small file cannot hold a large picture. Interlaced rows take no less.
    private static void CheckLength(ReadOnlySpan<byte> file, string name, long width, long height)
    {
        (int bitDepth, int samples) = (file[BitDepthOffset], file[BitDepthOffset + 1] switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 });
        if (!DeflateLimit.Allows(file.Length, height * ((width * bitDepth * samples + 7) / 8)))
        {
            throw new InvalidSampleException($"PNG '{name}' says that it has {width}x{height} pixels, which no file of {file.Length} bytes can hold. It is cut off or damaged; repair or remove it.");
        }
    }

    private static unsafe InvalidSampleException Damaged(PngImage image, string name) =>
        new($"PNG '{name}' cannot be decoded: {Marshal.PtrToStringUTF8((nint)image.Message)}. Repair or remove it.");

    private static byte[] WithoutAlpha(byte[] samples, int colors)
    {
        byte[] result = new byte[samples.Length / (colors + 1) * colors];
        for (int s = 0, d = 0; d < result.Length; s += colors + 1, d += colors)
        {
            samples.AsSpan(s, colors).CopyTo(result.AsSpan(d));
        }

        return result;
    }
}
