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
    public void AFullDisk_LeavesNothingBehind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full");
        using FileStream full = new("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
        FileTransaction files = new();
        FileStream first = (FileStream)files.Create(_folder["a"]);
        Assert.NotEqual(-1, dup2((int)full.SafeFileHandle.DangerousGetHandle(), (int)first.SafeFileHandle.DangerousGetHandle()));
        first.WriteByte(1);
        files.Create(_folder["b"]).WriteByte(2);

        Assert.Throws<IOException>(files.Dispose);

        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void AFileThatCannotBeMoved_BringsTheOthersBack()
    {
        _folder.Write("a", [1]);
        Directory.CreateDirectory(_folder["c"]);
        using (FileTransaction files = new())
        {
            files.Create(_folder["a"]).WriteByte(2);
            files.Create(_folder["b"]).WriteByte(3);
            files.Create(_folder["c"]).WriteByte(4);
            Assert.ThrowsAny<Exception>(files.Commit);
        }

        Assert.Equal(["a"], _folder.Files);
        Assert.Equal([1], File.ReadAllBytes(_folder["a"]));
    }

    [DllImport("libc")]
    private static extern int dup2(int from, int to);
}
