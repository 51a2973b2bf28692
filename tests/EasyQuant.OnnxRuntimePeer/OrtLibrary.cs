using System.Runtime.InteropServices;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.OnnxRuntimePeer;

/// <summary>ONNX Runtime's native library and its table of functions.</summary>
public static unsafe class OrtLibrary
{
    // onnxruntime_c_api.h: the version asked for must not exceed the library's; the functions used here are older.
    private const uint ApiVersion = 16;

    private const string WayOut = "run 'npm install --ignore-scripts --package-lock=false' in tests/EasyQuant.OnnxRuntimePeer, or set EASYQUANT_ORT";

    private static readonly Lazy<nint> s_base = new(LoadBase);
    private static readonly Lazy<nint> s_api = new(LoadApi);

    /// <summary>The library's path, or nothing where it is not installed.</summary>
    public static string? Path { get; } = Find();

    /// <summary>The library's version, as in <c>1.30.0</c>.</summary>
    public static string Version => Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)((nint*)s_base.Value)[1])())!;

    /// <summary>Skips the running test where the library is absent.</summary>
    public static void RequireOrSkip() => Assert.SkipWhen(
        Path is null, $"needs ONNX Runtime: {WayOut}");

    /// <summary>The entry of the function table with this index, in the order of <c>struct OrtApi</c>.</summary>
    internal static nint Function(int index) => ((nint*)s_api.Value)[index];

    /// <summary>Throws what a status says.</summary>
    /// <exception cref="InvalidOperationException">The status is an error.</exception>
    internal static void Check(nint status)
    {
        if (status == 0)
        {
            return;
        }

        string message = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)Function(2))(status)) ?? "no message";
        ((delegate* unmanaged<nint, void>)Function(93))(status);
        throw new InvalidOperationException($"ONNX Runtime: {message}");
    }

    private static nint LoadBase()
    {
        nint library = NativeLibrary.Load(Path ?? throw new DllNotFoundException($"ONNX Runtime is not installed: {WayOut}."));
        return ((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "OrtGetApiBase"))();
    }

    private static nint LoadApi()
    {
        nint table = ((delegate* unmanaged<uint, nint>)((nint*)s_base.Value)[0])(ApiVersion);
        return table != 0 ? table : throw new NotSupportedException($"'{Path}' does not offer version {ApiVersion} of the C API.");
    }

    private static string? Find()
    {
        (string system, string file) = OperatingSystem.IsWindows() ? ("win32", "onnxruntime.dll")
            : OperatingSystem.IsMacOS() ? ("darwin", "libonnxruntime.dylib")
            : ("linux", "libonnxruntime.so.1");
        string? folder = Environment.GetEnvironmentVariable("EASYQUANT_ORT");
        string packages = System.IO.Path.Combine(Assets.RepositoryRoot, "tests", "EasyQuant.OnnxRuntimePeer", "node_modules", "onnxruntime-node", "bin");
        string architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        IEnumerable<string> candidates = folder is { Length: > 0 }
            ? [System.IO.Path.Combine(folder, file)]
            : Directory.Exists(packages)
                ? Directory.EnumerateDirectories(packages, "napi-v*").Select(d => System.IO.Path.Combine(d, system, architecture, file))
                : [];
        return candidates.FirstOrDefault(File.Exists);
    }
}
