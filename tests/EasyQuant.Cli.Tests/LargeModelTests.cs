using System.Diagnostics;
using System.Globalization;
using EasyQuant.Data.Arrays;
using EasyQuant.Onnx;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using EasyQuant.Testing.LargeModels;
using Xunit;

namespace EasyQuant.Cli.Tests;

public sealed class LargeModelTests : IDisposable
{
    // Integers, one form of the packed weights and what one layer takes beside; two copies more would not fit.
    private const long LargestHeap = 600L << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AModelOfMappedWeights_IsQuantizedInALimitedHeap_AndWrittenWithExternalData()
    {
        long bytes = OnnxModelWriter.Write(LargeNetwork.Build(1), _folder["large.onnx"], new OnnxWriteOptions { ExternalThreshold = 1024 });
        Assert.InRange(bytes, 150_000_000, 250_000_000);
        Assert.InRange(new FileInfo(_folder["large.onnx"]).Length, 1, 100_000);
        NpyFile.Write(_folder["samples.npy"], Tensor.From([.. Enumerable.Range(0, (int)LargeNetwork.InputShape.ElementCount).Select(i => i % 17 / 8f - 1)], LargeNetwork.InputShape));

        ProcessStartInfo start = new(
            Path.Combine(AppContext.BaseDirectory, "easyquant"),
            ["quantize", _folder["large.onnx"], "-o", _folder["large.int8.onnx"], "--calibration", _folder["samples.npy"], "--method", "minmax"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = LargestHeap.ToString("x", CultureInfo.InvariantCulture);
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.True(process.ExitCode == ExitCode.Done, output + error);
        Assert.Equal(2, Directory.GetFiles(_folder.Path, "large.int8.onnx*").Length);
        Assert.InRange(new FileInfo(_folder["large.int8.onnx"]).Length, 1, 100_000);
    }
}
