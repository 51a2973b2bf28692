using Microsoft.Win32.SafeHandles;

namespace EasyQuant.Data.Images.Native;

/// <summary>Owns a <c>tjhandle</c>. Used by one thread at a time.</summary>
internal sealed class TurboJpegDecompressor : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>An empty handle for the marshaller to fill.</summary>
    public TurboJpegDecompressor()
        : base(ownsHandle: true)
    {
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => TurboJpegLibrary.Destroy(handle) == 0;
}
