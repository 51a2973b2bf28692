using System.Text;

namespace EasyQuant.Runtime.Prepared;

/// <summary>How prepared models hold texts.</summary>
internal static class PreparedText
{
    /// <summary>UTF-8; what is no text is refused instead of replaced.</summary>
    public static Encoding Encoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
