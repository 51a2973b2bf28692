using System.Runtime.InteropServices;

namespace EasyQuant.Data.Images.Native;

/// <summary>The calls of the TurboJPEG API that are needed to decompress; present since libjpeg-turbo 2.0 and kept by 3.</summary>
internal static partial class TurboJpegLibrary
{
    /// <summary>The library's import name; <see cref="NativeDependency"/> finds the file.</summary>
    public const string Name = "turbojpeg";

    /// <summary>A decompressor.</summary>
    [LibraryImport(Name, EntryPoint = "tjInitDecompress")]
    public static partial TurboJpegDecompressor InitDecompress();

    /// <summary>Reads size and colour space; 0 on success.</summary>
    [LibraryImport(Name, EntryPoint = "tjDecompressHeader3")]
    public static unsafe partial int DecompressHeader(
        TurboJpegDecompressor handle, byte* file, CULong length, out int width, out int height, out int subsampling, out JpegColorSpace colorSpace);

    /// <summary>Decompresses into rows of <paramref name="pitch"/> bytes; 0 on success.</summary>
    [LibraryImport(Name, EntryPoint = "tjDecompress2")]
    public static unsafe partial int Decompress(
        TurboJpegDecompressor handle, byte* file, CULong length, byte* destination, int width, int pitch, int height, JpegPixelFormat format, JpegFlags flags);

    /// <summary>What went wrong in the last call: static text of the handle.</summary>
    [LibraryImport(Name, EntryPoint = "tjGetErrorStr2")]
    public static partial nint ErrorText(TurboJpegDecompressor handle);

    /// <summary>Frees a decompressor.</summary>
    [LibraryImport(Name, EntryPoint = "tjDestroy")]
    public static partial int Destroy(nint handle);
}

/// <summary>Colours as the file stores them (<c>TJCS</c>).</summary>
internal enum JpegColorSpace
{
    Rgb = 0,
    YCbCr = 1,
    Grey = 2,
    Cmyk = 3,
    Ycck = 4,
}

/// <summary>Pixels as they are asked for (<c>TJPF</c>).</summary>
internal enum JpegPixelFormat
{
    Rgb = 0,
    Grey = 6,
    Cmyk = 11,
}

/// <summary>How to decompress (<c>TJFLAG</c>).</summary>
[Flags]
internal enum JpegFlags
{
    /// <summary>The exact integer DCT, so that every machine sees the same pixels.</summary>
    AccurateDct = 4096,

    /// <summary>A damaged file is an error, not a half grey picture.</summary>
    StopOnWarning = 8192,

    /// <summary>Bounds the scans of a progressive file, and with them the time that a hostile one takes.</summary>
    LimitScans = 32768,
}
