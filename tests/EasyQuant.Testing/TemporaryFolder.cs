using System.Text;

namespace EasyQuant.Testing;

/// <summary>A folder that is gone after the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Where it is.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("easyquant-").FullName;

    /// <summary>The names of the files in it.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(Path).Select(f => System.IO.Path.GetFileName(f)).Order(StringComparer.Ordinal);

    /// <summary>The path of a file in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, in a folder of this one where the name says so, and returns its path.</summary>
    public string Write(string name, byte[] contents)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], contents);
        return this[name];
    }

    /// <summary>Writes a text as UTF-8 and returns its path.</summary>
    public string Write(string name, string contents) => Write(name, Encoding.UTF8.GetBytes(contents));

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
