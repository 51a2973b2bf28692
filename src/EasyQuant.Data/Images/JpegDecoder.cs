using System.Runtime.InteropServices;
using EasyQuant.Data.Images.Native;

namespace EasyQuant.Data.Images;

/// <summary>JPEG through libjpeg-turbo, with the accurate DCT and smooth chroma upsampling: the pixels that Pillow sees over the same library.</summary>
/// <remarks>
/// Anything the library warns of (a truncated file, a corrupt block) is an error: half a picture must not calibrate a model.
/// The orientation in EXIF data is not applied.
/// </remarks>
internal sealed class JpegDecoder : IPictureDecoder
{
    private const JpegFlags Flags = JpegFlags.AccurateDct | JpegFlags.StopOnWarning | JpegFlags.LimitScans;

    /// <inheritdoc/>
    public string Format => "JPEG";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".jpg", ".jpeg"];

    /// <inheritdoc/>
    public bool Recognizes(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);

    /// <inheritdoc/>
    public unsafe Picture Decode(ReadOnlySpan<byte> file, string name)
    {
        NativeDependency.TurboJpeg.Require(name);
        using TurboJpegDecompressor decompressor = TurboJpegLibrary.InitDecompress();
        if (decompressor.IsInvalid)
        {
            throw new InvalidOperationException("libjpeg-turbo could not create a decompressor.");
        }

        CULong length = new((nuint)file.Length);
        fixed (byte* source = file)
        {
            int status = TurboJpegLibrary.DecompressHeader(decompressor, source, length, out int width, out int height, out _, out JpegColorSpace colorSpace);
            ThrowOnFailure(status, decompressor, name);
            Picture.CheckSize(name, width, height);

            (JpegPixelFormat format, int channels) = colorSpace switch
            {
                JpegColorSpace.Grey => (JpegPixelFormat.Grey, 1),
                JpegColorSpace.Cmyk or JpegColorSpace.Ycck => (JpegPixelFormat.Cmyk, 4),
                _ => (JpegPixelFormat.Rgb, 3),
            };
            byte[] samples = GC.AllocateUninitializedArray<byte>(checked(width * height * channels));
            fixed (byte* destination = samples)
            {
                status = TurboJpegLibrary.Decompress(decompressor, source, length, destination, width, width * channels, height, format, Flags);
            }

            ThrowOnFailure(status, decompressor, name);
            return channels == 4
                ? new Picture(name, width, height, 3, InvertedCmyk.ToRgb(samples))
                : new Picture(name, width, height, channels, samples);
        }
    }

    private static void ThrowOnFailure(int status, TurboJpegDecompressor decompressor, string name)
    {
        if (status != 0)
        {
            throw new InvalidSampleException($"JPEG '{name}' cannot be decoded: {Marshal.PtrToStringUTF8(TurboJpegLibrary.ErrorText(decompressor))}. Repair or remove it.");
        }
    }
}
