using System.Globalization;
using System.Runtime.InteropServices;
using EasyQuant.Files;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Core.Tests.Files;

public sealed class FileTransactionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NothingAppears_BeforeTheCommit()
    {
        _folder.Write("a", [1]);
        using (FileTransaction files = new())
        {
            files.Create(_folder["a"]).WriteByte(2);
            Assert.Equal([1], File.ReadAllBytes(_folder["a"]));
        }

        Assert.Equal(["a"], _folder.Files);
        Assert.Equal([1], File.ReadAllBytes(_folder["a"]));
    }

    [Fact]
    public void ACommit_ReplacesEveryFile()
    {
        _folder.Write("a", [1]);
        using (FileTransaction files = new())
        {
            files.Create(_folder["a"]).WriteByte(2);
            files.Create(_folder["b"]).WriteByte(3);
            files.Commit();
        }

        Assert.Equal(["a", "b"], _folder.Files);
        Assert.Equal([2], File.ReadAllBytes(_folder["a"]));
        Assert.Equal([3], File.ReadAllBytes(_folder["b"]));
    }

    [Fact]
    public void AFullDisk_LeavesWhatWasThere()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full");
        _folder.Write("a", [1]);
        using FileStream full = new("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
        using (FileTransaction files = new())
        {
            files.Create(_folder["b"]).WriteByte(2);
            Stream last = files.Create(_folder["a"]);
            int descriptor = OpenDescriptors().Single(d => d.Target?.Contains(".a.", StringComparison.Ordinal) == true && d.Target.StartsWith(_folder.Path, StringComparison.Ordinal)).Number;
            Assert.NotEqual(-1, dup2((int)full.SafeFileHandle.DangerousGetHandle(), descriptor));
            last.WriteByte(3);

            IOException error = Assert.Throws<IOException>(files.Commit);
            Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["a"], _folder.Files);
        Assert.Equal([1], File.ReadAllBytes(_folder["a"]));
    }

    [Fact]
    public void AFileThatCannotBeMoved_TakesTheNewOnesBack()
    {
        Directory.CreateDirectory(_folder["c"]);
        using (FileTransaction files = new())
        {
            files.Create(_folder["b"]).WriteByte(3);
            files.Create(_folder["c"]).WriteByte(4);
            Assert.ThrowsAny<Exception>(files.Commit);
        }

        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void AStreamCanBeGivenAnotherTarget()
    {
        using (FileTransaction files = new())
        {
            Stream stream = files.Create(_folder["a"]);
            stream.WriteByte(1);
            files.Rename(stream, _folder["b"]);
            files.Commit();
        }

        Assert.Equal(["b"], _folder.Files);
    }

    [Fact]
    public void AWrite_RemovesWhatKilledProcessesLeft_AndNothingElse()
    {
        string left = $".a.{Guid.NewGuid():N}.tmp";
        string[] others = [$".b.{Guid.NewGuid():N}.tmp", ".a.tmp", ".a.x.tmp", $".a.a.{Guid.NewGuid():N}.tmp"];
        Array.ForEach([left, .. others], f => _folder.Write(f, [1]));
        using FileTransaction running = new();
        running.Create(_folder["a"]);

        using (FileTransaction files = new())
        {
            files.Create(_folder["a"]).WriteByte(2);
            files.Commit();
        }

        Assert.DoesNotContain(left, _folder.Files);
        Assert.All(others, other => Assert.Contains(other, _folder.Files));
        running.Commit();
        Assert.Empty(File.ReadAllBytes(_folder["a"]));
    }

    private static IEnumerable<(int Number, string? Target)> OpenDescriptors() =>
        Directory.EnumerateFiles("/proc/self/fd").Select(f => (int.Parse(Path.GetFileName(f), CultureInfo.InvariantCulture), new FileInfo(f).LinkTarget));

    [DllImport("libc")]
    private static extern int dup2(int from, int to);
}
