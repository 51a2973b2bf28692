using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace EasyQuant.Files;

/// <summary>A file on its way to a target: <c>.NAME.</c>, 32 hexadecimal digits, <c>.tmp</c>, beside the target NAME. Writes go to it at once.</summary>
/// <remarks>Whoever writes one keeps it open, so that one which nobody has open is what a killed process left.</remarks>
internal sealed partial class TemporaryFile : Stream
{
    private readonly SafeFileHandle _handle;

    /// <summary>A new file for the future contents of <paramref name="target"/>.</summary>
    /// <param name="target">The full path.</param>
    public TemporaryFile(string target)
    {
        FullPath = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        _handle = File.OpenHandle(FullPath, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
    }

    /// <summary>Where it is, until it has been moved.</summary>
    public string FullPath { get; }

    public override bool CanRead => false;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => RandomAccess.GetLength(_handle);

    public override long Position { get; set; }

    /// <summary>Deletes what killed processes left on its way to <paramref name="target"/>.</summary>
    public static void RemoveLeftovers(string target)
    {
        string start = $".{Path.GetFileName(target)}.";
        foreach (string path in Directory.EnumerateFiles(Path.GetDirectoryName(target)!, ".*.tmp", new EnumerationOptions { AttributesToSkip = 0 }))
        {
            string name = Path.GetFileName(path);
            if (name.StartsWith(start, StringComparison.Ordinal) && Unique().IsMatch(name.AsSpan(start.Length)))
            {
                RemoveUnlessOpen(path);
            }
        }
    }

    /// <exception cref="IOException">The disk is full, or the file too large for it.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            RandomAccess.Write(_handle, buffer, Position);
        }
        catch (ArgumentOutOfRangeException error)
        {
            // So .NET calls a file that grows beyond what its file system takes.
            throw new IOException("the file would be larger than its file system or a limit of this process allows.", error);
        }

        Position += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Waits until the disk has it.</summary>
    public override void Flush() => RandomAccess.FlushToDisk(_handle);

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    public override void SetLength(long value) => RandomAccess.SetLength(_handle, value);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The file is being written.");

    protected override void Dispose(bool disposing)
    {
        _handle.Dispose();
        base.Dispose(disposing);
    }

    private static void RemoveUnlessOpen(string path)
    {
        try
        {
            using FileStream alone = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Somebody is writing it, has just moved it, or owns it: not ours to remove, and nothing that the present write needs.
        }
    }

    [GeneratedRegex(@"^[0-9a-f]{32}\.tmp\z")]
    private static partial Regex Unique();
}
