namespace EasyQuant.Fuzz.Kit;

/// <summary>A folder for one input, within a folder that nothing may be written to or read from.</summary>
internal sealed class Playground : IDisposable
{
    /// <summary>What the file outside of the input's folder holds: no reader may ever give it out.</summary>
    public static ReadOnlySpan<byte> Secret => "no reader may see this: 4f1d"u8;

    private readonly string _root = Directory.CreateTempSubdirectory("easyquant-fuzz-").FullName;
    private readonly string[] _before;

    public Playground(FuzzTarget target, byte[] input)
    {
        File.WriteAllBytes(Path.Combine(_root, "secret.bin"), [.. Secret, .. new byte[100]]);
        string folder = Directory.CreateDirectory(Path.Combine(_root, "inner")).FullName;
        Input = Path.Combine(folder, target.FileName);
        File.WriteAllBytes(Input, input);
        target.Furnish(folder);
        _before = List();
    }

    /// <summary>The file to read.</summary>
    public string Input { get; }

    /// <summary>What has been written or removed though only reading was asked for.</summary>
    public string? FindChange()
    {
        string[] changed = [.. List().Except(_before), .. _before.Except(List())];
        return changed.Length == 0 ? null : $"it leaves or removes files: {string.Join(", ", changed)}";
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string[] List() => [.. Directory.EnumerateFileSystemEntries(_root, "*", SearchOption.AllDirectories)];
}
