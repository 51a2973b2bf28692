using EasyQuant.Testing;
using Google.Protobuf;

namespace EasyQuant.Onnx.Tests;

/// <summary>Files of messages.</summary>
internal static class ProtoFiles
{
    /// <summary>Writes a message to a file and returns its path.</summary>
    public static string Write(this TemporaryFolder folder, string name, IMessage message) => folder.Write(name, message.ToByteArray());
}
