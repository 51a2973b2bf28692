namespace EasyQuant.Benchmarks;

/// <summary>Where a measurement writes its models: the folder that was asked for, or one that is gone afterwards.</summary>
internal sealed class ModelFolder : IDisposable
{
    private readonly bool _isKept;

    /// <summary>Makes it.</summary>
    /// <param name="kept">The folder that was asked for, or nothing.</param>
    public ModelFolder(string? kept)
    {
        _isKept = kept is not null;
        Path = (kept is null ? Directory.CreateTempSubdirectory("easyquant-") : Directory.CreateDirectory(kept)).FullName;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    public void Dispose()
    {
        if (!_isKept)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
