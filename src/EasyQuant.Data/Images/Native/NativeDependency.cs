using System.Reflection;
using System.Runtime.InteropServices;

namespace EasyQuant.Data.Images.Native;

/// <summary>A native library that the system provides: the names it may have here, and how to install it where it is missing.</summary>
/// <param name="ImportName">The name that P/Invoke declarations use.</param>
/// <param name="Title">What messages call it.</param>
/// <param name="FileNames">The file names to try, in order.</param>
/// <param name="Installation">How to install it.</param>
internal sealed record NativeDependency(string ImportName, string Title, IReadOnlyList<string> FileNames, string Installation)
{
    private readonly Lazy<nint> _handle = new(() => Load(FileNames));

    static NativeDependency() => NativeLibrary.SetDllImportResolver(typeof(NativeDependency).Assembly, Resolve);

    /// <summary>libjpeg-turbo's TurboJPEG API.</summary>
    public static NativeDependency TurboJpeg { get; } = new(
        TurboJpegLibrary.Name,
        "libjpeg-turbo (TurboJPEG)",
        OperatingSystem.IsWindows() ? ["turbojpeg.dll", "libturbojpeg.dll"]
            : OperatingSystem.IsMacOS() ? ["libturbojpeg.dylib", "/opt/homebrew/opt/jpeg-turbo/lib/libturbojpeg.dylib", "/usr/local/opt/jpeg-turbo/lib/libturbojpeg.dylib"]
            : ["libturbojpeg.so.0", "libturbojpeg.so"],
        OperatingSystem.IsWindows() ? "Install libjpeg-turbo from libjpeg-turbo.org and put the folder of turbojpeg.dll on PATH."
            : OperatingSystem.IsMacOS() ? "Install it with 'brew install jpeg-turbo'."
            : "Install it with 'apt install libturbojpeg0' (Debian, Ubuntu: libturbojpeg) or 'dnf install turbojpeg' (Fedora).");

    /// <summary>libpng 1.6.</summary>
    public static NativeDependency Png { get; } = new(
        PngLibrary.Name,
        "libpng 1.6",
        OperatingSystem.IsWindows() ? ["libpng16.dll", "libpng16-16.dll"]
            : OperatingSystem.IsMacOS() ? ["libpng16.dylib", "/opt/homebrew/opt/libpng/lib/libpng16.dylib", "/usr/local/opt/libpng/lib/libpng16.dylib"]
            : ["libpng16.so.16", "libpng16.so"],
        OperatingSystem.IsWindows() ? "Install libpng, for instance with 'vcpkg install libpng', and put the folder of libpng16.dll on PATH."
            : OperatingSystem.IsMacOS() ? "Install it with 'brew install libpng'."
            : "Install it with 'apt install libpng16-16' (Debian, Ubuntu: libpng16-16t64) or 'dnf install libpng' (Fedora).");

    /// <summary>Makes sure that the library is there before it is called.</summary>
    /// <exception cref="InvalidSampleException">The library is not installed; the message names the package.</exception>
    public void Require(string picture)
    {
        if (_handle.Value == 0)
        {
            throw new InvalidSampleException($"Picture '{picture}' needs the library {Title}, which is not installed (looked for {string.Join(", ", FileNames)}). {Installation}");
        }
    }

    private static nint Resolve(string importName, Assembly assembly, DllImportSearchPath? searchPath) =>
        importName == TurboJpeg.ImportName ? TurboJpeg._handle.Value : importName == Png.ImportName ? Png._handle.Value : 0;

    private static nint Load(IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, typeof(NativeDependency).Assembly, null, out nint handle))
            {
                return handle;
            }
        }

        return 0;
    }
}
