namespace EasyQuant.Onnx;

/// <summary>The two spellings of the standard operator domain, <c>ai.onnx</c> and nothing, are one.</summary>
internal static class OperatorDomain
{
    /// <summary>The domain, empty for the standard one.</summary>
    public static string Normalize(string domain) => domain == "ai.onnx" ? "" : domain;
}
