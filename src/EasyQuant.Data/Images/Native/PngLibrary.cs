using System.Runtime.InteropServices;

namespace EasyQuant.Data.Images.Native;

/// <summary>The calls of libpng's simplified API that are needed to read.</summary>
internal static unsafe partial class PngLibrary
{
    /// <summary>The library's import name; <see cref="NativeDependency"/> finds the file.</summary>
    public const string Name = "png16";

    /// <summary>Reads the header; 0 on failure.</summary>
    [LibraryImport(Name, EntryPoint = "png_image_begin_read_from_memory")]
    public static partial int BeginReadFromMemory(PngImage* image, byte* file, nuint length);

    /// <summary>Reads the pixels in the format that the image now asks for; 0 on failure.</summary>
    [LibraryImport(Name, EntryPoint = "png_image_finish_read")]
    public static partial int FinishRead(PngImage* image, void* background, byte* destination, int rowStride, void* colorMap);

    /// <summary>Frees what the image holds; needed whatever happened before.</summary>
    [LibraryImport(Name, EntryPoint = "png_image_free")]
    public static partial void Free(PngImage* image);
}

/// <summary>libpng's <c>png_image</c>, version 1.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PngImage
{
    /// <summary>The value of <see cref="Version"/>.</summary>
    public const uint CurrentVersion = 1;

    /// <summary><c>PNG_FORMAT_FLAG_ALPHA</c>.</summary>
    public const uint Alpha = 1;

    /// <summary><c>PNG_FORMAT_FLAG_COLOR</c>.</summary>
    public const uint Color = 2;

    /// <summary><c>PNG_IMAGE_FLAG_16BIT_sRGB</c>: 16-bit files without a gamma are not linear.</summary>
    public const uint SixteenBitIsSrgb = 4;

    public void* Opaque;
    public uint Version;
    public uint Width;
    public uint Height;
    public uint Format;
    public uint Flags;
    public uint ColorMapEntries;
    public uint WarningOrError;
    public fixed byte Message[64];
}
