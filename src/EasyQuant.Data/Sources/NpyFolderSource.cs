using EasyQuant.Data.Arrays;

namespace EasyQuant.Data.Sources;

/// <summary>A folder of .npy files, each one sample, in ordinal order of their names.</summary>
public sealed class NpyFolderSource : ISampleSource
{
    private readonly string[] _paths;
    private readonly SampleInput _input;

    /// <summary>The files of a folder, without those of its sub-folders.</summary>
    /// <exception cref="InvalidSampleException">There is no such folder, or it has no .npy files.</exception>
    public NpyFolderSource(string folder, SampleInput input)
    {
        _input = input;
        _paths = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.npy").Order(StringComparer.Ordinal)]
            : throw new InvalidSampleException($"There is no folder '{folder}'.");
        if (_paths.Length == 0)
        {
            throw new InvalidSampleException($"Folder '{folder}' holds no .npy files.");
        }
    }

    /// <inheritdoc/>
    public int Count => _paths.Length;

    /// <inheritdoc/>
    public Sample Read(int index) =>
        new(Path.GetFileName(_paths[index]), SingleInput.Of(_input.Name, _input.Fit(NpyFile.Read(_paths[index]), _paths[index])));
}
