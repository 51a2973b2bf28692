namespace EasyQuant.Files;

/// <summary>Files that appear together or not at all: written under temporary names in their folders, moved into place by <see cref="Commit"/>.</summary>
/// <remarks>
/// <para>Disposing without a commit leaves nothing behind. A process that is killed meanwhile leaves whatever stood at the targets, and
/// temporary files that the next write to the same target removes, see <see cref="TemporaryFile"/>.</para>
/// <para>Moving a file is one step, moving several is not. So only the last target may replace a file of other contents; those before it
/// must have names that nothing refers to yet, for instance names made of their contents. Then a process that is killed between two
/// moves leaves the old last file and all that it refers to.</para>
/// </remarks>
internal sealed class FileTransaction : IDisposable
{
    private readonly List<Pending> _files = [];

    /// <summary>A stream for the future contents of <paramref name="target"/>.</summary>
    public Stream Create(string target)
    {
        string full = Path.GetFullPath(target);
        TemporaryFile.RemoveLeftovers(full);
        TemporaryFile file = new(full);

        // The outer stream is never closed, which would write what it still buffers; a full disk refuses that.
        Pending pending = new(file, new BufferedStream(file, 1 << 16), full);
        _files.Add(pending);
        return pending.Stream;
    }

    /// <summary>Chooses another target for a stream of this transaction, in the same folder.</summary>
    public void Rename(Stream stream, string target)
    {
        int index = _files.FindIndex(f => f.Stream == stream);
        _files[index] = _files[index] with { Target = Path.GetFullPath(target) };
    }

    /// <summary>Moves the files into place in the order of their creation; the last one makes the change visible.</summary>
    public void Commit()
    {
        foreach (Pending file in _files)
        {
            file.Stream.Flush();
        }

        // They stay open until they have been moved: an open one is not taken for a leftover.
        List<string> appeared = [];
        try
        {
            foreach (Pending file in _files)
            {
                bool isNew = !File.Exists(file.Target);
                File.Move(file.File.FullPath, file.Target, overwrite: true);
                if (isNew)
                {
                    appeared.Add(file.Target);
                }
            }
        }
        catch
        {
            appeared.ForEach(File.Delete);
            throw;
        }
    }

    /// <summary>Removes what has not been moved into place.</summary>
    public void Dispose()
    {
        foreach (Pending file in _files)
        {
            File.Delete(file.File.FullPath);
            file.File.Dispose();
        }
    }

    private sealed record Pending(TemporaryFile File, BufferedStream Stream, string Target);
}
