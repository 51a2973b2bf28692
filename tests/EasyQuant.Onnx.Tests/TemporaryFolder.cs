using Google.Protobuf;

namespace EasyQuant.Onnx.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("easyquant-onnx-").FullName;

    public IEnumerable<string> Files => Directory.EnumerateFiles(Path).Select(f => System.IO.Path.GetFileName(f)).Order(StringComparer.Ordinal);

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, byte[] contents)
    {
        File.WriteAllBytes(this[name], contents);
        return this[name];
    }

    public string Write(string name, IMessage message) => Write(name, message.ToByteArray());

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
