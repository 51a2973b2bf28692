using EasyQuant.Onnx.Writing;
using Xunit;

namespace EasyQuant.Onnx.Tests;

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
}
