namespace EasyQuant.Files;

/// <summary>Files that appear together or not at all: written under temporary names in their folders, moved into place by <see cref="Commit"/>.</summary>
/// <remarks>Disposing without a commit leaves nothing behind.</remarks>
internal sealed class FileTransaction : IDisposable
{
    private readonly List<(FileStream Stream, string Target)> _files = [];

    /// <summary>A stream for the future contents of <paramref name="target"/>.</summary>
    public Stream Create(string target)
    {
        string full = Path.GetFullPath(target);
        FileStream stream = new(TemporaryName(full), FileMode.CreateNew, FileAccess.Write, FileShare.Delete, 1 << 16);
        _files.Add((stream, full));
        return stream;
    }

    /// <summary>Moves the files into place in the order of their creation; the last one makes the change visible.</summary>
    public void Commit()
    {
        foreach ((FileStream stream, _) in _files)
        {
            stream.Flush(flushToDisk: true);
            stream.Dispose();
        }

        Stack<(string Target, string? Former)> moved = new();
        try
        {
            foreach ((FileStream stream, string target) in _files.SkipLast(1))
            {
                string? former = null;
                if (File.Exists(target))
                {
                    former = TemporaryName(target);
                    File.Move(target, former);
                }

                moved.Push((target, former));
                File.Move(stream.Name, target);
            }

            File.Move(_files[^1].Stream.Name, _files[^1].Target, overwrite: true);
        }
        catch
        {
            while (moved.TryPop(out (string Target, string? Former) file))
            {
                File.Delete(file.Target);
                if (file.Former is not null)
                {
                    File.Move(file.Former, file.Target);
                }
            }

            throw;
        }

        foreach ((_, string? former) in moved)
        {
            if (former is not null)
            {
                File.Delete(former);
            }
        }
    }

    /// <summary>Removes what has not been moved into place.</summary>
    public void Dispose()
    {
        // Closing a file writes what is still buffered, which a full disk refuses; so the files go first.
        foreach ((FileStream stream, _) in _files)
        {
            File.Delete(stream.Name);
        }

        foreach ((FileStream stream, _) in _files)
        {
            stream.Dispose();
        }
    }

    private static string TemporaryName(string target) =>
        Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
}
