using System.Formats.Tar;
using System.IO.Compression;

namespace EasyQuant.Testing;

/// <summary>ONNX's own test data, from the asset <c>onnx-backend-tests.tar.gz</c>; unpacked once into the temporary folder and kept there.</summary>
public static class BackendTests
{
    private static readonly Lock Gate = new();

    private static string? _folder;

    /// <summary>The unpacked folder, which holds <c>node</c>, <c>simple</c>, <c>light</c> and <c>real</c>; the running test is skipped where the asset is absent.</summary>
    public static string FolderOrSkip()
    {
        string archive = Assets.PathOrSkip("onnx-backend-tests.tar.gz");
        lock (Gate)
        {
            return _folder ??= Unpack(archive);
        }
    }

    /// <summary>The model files of every category, in a fixed order.</summary>
    public static IReadOnlyList<string> ModelsOrSkip() =>
        [.. Directory.EnumerateFiles(FolderOrSkip(), "*.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>The tests of a category: the folders that hold a model, its inputs and the outputs expected of it.</summary>
    /// <param name="category"><c>node</c>, <c>simple</c> or <c>real</c>; those of <c>light</c> have no folders.</param>
    public static IReadOnlyList<BackendTest> TestsOrSkip(string category) =>
        [.. Directory.EnumerateDirectories(Path.Combine(FolderOrSkip(), category)).Order(StringComparer.Ordinal).Select(BackendTest.Of)];

    private static string Unpack(string archive)
    {
        FileInfo file = new(archive);
        string folder = Path.Combine(Path.GetTempPath(), $"easyquant-backend-tests-{file.Length:x}-{file.LastWriteTimeUtc.Ticks:x}");
        if (Directory.Exists(folder))
        {
            return folder;
        }

        string unfinished = $"{folder}-{Guid.NewGuid():N}";
        Directory.CreateDirectory(unfinished);
        using (FileStream packed = file.OpenRead())
        using (GZipStream tar = new(packed, CompressionMode.Decompress))
        {
            TarFile.ExtractToDirectory(tar, unfinished, overwriteFiles: false);
        }

        try
        {
            Directory.Move(unfinished, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another test process was faster.
            Directory.Delete(unfinished, recursive: true);
        }

        return folder;
    }
}

/// <summary>A folder of ONNX's test data.</summary>
/// <param name="Name">The folder's name, as in <c>test_conv_with_strides_padding</c>.</param>
/// <param name="ModelPath">The model.</param>
/// <param name="DataSets">What to feed it, and what must come out.</param>
public sealed record BackendTest(string Name, string ModelPath, IReadOnlyList<BackendDataSet> DataSets)
{
    internal static BackendTest Of(string folder) => new(
        Path.GetFileName(folder),
        Path.Combine(folder, "model.onnx"),
        [.. Directory.EnumerateDirectories(folder, "test_data_set_*").Order(StringComparer.Ordinal).Select(BackendDataSet.Of)]);

    /// <summary>The folder's name.</summary>
    public override string ToString() => Name;
}

/// <summary>One <c>test_data_set_*</c>: paths of serialized tensors (or sequences, or optionals) by position.</summary>
/// <param name="Inputs">For each of the graph's inputs, <c>input_*.pb</c>.</param>
/// <param name="Outputs">For each of the graph's outputs, <c>output_*.pb</c>.</param>
public sealed record BackendDataSet(IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs)
{
    internal static BackendDataSet Of(string folder) => new(Numbered(folder, "input_"), Numbered(folder, "output_"));

    private static IReadOnlyList<string> Numbered(string folder, string prefix) =>
        [.. Enumerable.Range(0, int.MaxValue).Select(i => Path.Combine(folder, $"{prefix}{i}.pb")).TakeWhile(File.Exists)];
}
