using System.Diagnostics;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Cli.Tests.AtomicWrites;

public sealed class KilledWriterTests : IDisposable
{
    // Kills that meet a file in the middle of being written. How many do is up to the disk, so there are as many kills as that takes.
    private const int Wanted = 6;

    private const int MostKills = 100;

    private const int LongestDelayMs = 150;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AKilledProcess_LeavesEveryFileWhole_AndTheNextWriteTidiesUp()
    {
        string[] versions = [.. Enumerable.Range(0, WrittenFiles.Versions).Select(WriteVersion)];
        string target = Directory.CreateDirectory(_folder["target"]).FullName;
        foreach (string kind in WrittenFiles.Kinds)
        {
            WrittenFiles.Write(kind, target, 0);
        }

        Random random = new(1);
        int unfinished = 0, kills = 0;
        while (unfinished < Wanted && kills < MostKills)
        {
            using Process writer = WriterProcess.Start(target);
            WaitForAnUnfinishedFile(writer, target);
            Thread.Sleep(random.Next(LongestDelayMs));
            writer.Kill();
            writer.WaitForExit();

            kills++;
            unfinished += Unfinished(target).Length;
            foreach (string kind in WrittenFiles.Kinds)
            {
                AssertIsOneOf(kind, target, versions);
            }
        }

        Assert.True(unfinished >= Wanted, $"{kills} kills met only {unfinished} files in the middle of being written.");
        foreach (string kind in WrittenFiles.Kinds)
        {
            WrittenFiles.Write(kind, target, 1);
            AssertIsOneOf(kind, target, versions[1..]);
        }

        Assert.Empty(Unfinished(target));
    }

    // In a folder of its own: names are part of what is written, paths are not.
    private string WriteVersion(int version)
    {
        string folder = Directory.CreateDirectory(_folder[$"version{version}"]).FullName;
        foreach (string kind in WrittenFiles.Kinds)
        {
            WrittenFiles.Write(kind, folder, version);
        }

        return folder;
    }

    private static void WaitForAnUnfinishedFile(Process writer, string folder)
    {
        HashSet<string> before = [.. Unfinished(folder)];
        long start = Stopwatch.GetTimestamp();
        while (before.IsSupersetOf(Unfinished(folder)))
        {
            Assert.False(writer.HasExited || Stopwatch.GetElapsedTime(start) > s_patience, "The writer does not write.");
            Thread.Sleep(1);
        }
    }

    private static string[] Unfinished(string folder) => Directory.GetFiles(folder, ".*.tmp", new EnumerationOptions { AttributesToSkip = 0 });

    private static void AssertIsOneOf(string kind, string folder, string[] versions)
    {
        byte[] found = File.ReadAllBytes(Path.Combine(folder, kind));
        string version = Assert.Single(versions, v => found.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(v, kind))));
        if (kind == "external.onnx")
        {
            Graph expected = OnnxModelReader.Read(Path.Combine(version, kind)).Graph;
            Graph actual = OnnxModelReader.Read(Path.Combine(folder, kind)).Graph;
            Assert.True(expected.Initializers[0].Constant!.Bytes.Span.SequenceEqual(actual.Initializers[0].Constant!.Bytes.Span), "The model has the data of another.");
        }
    }
}
