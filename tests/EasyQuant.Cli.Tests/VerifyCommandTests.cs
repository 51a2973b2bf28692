using System.Text.Json;
using EasyQuant.Onnx;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Cli.Tests;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PassedFailedAndUnsupported_AreCountedWithReasons()
    {
        WriteTest("a_good", "Relu", [0, 0, 1, 2]);
        WriteTest("b_wrong", "Relu", [0, 0, 1, 3]);
        WriteTest("c_unknown", "NoSuchOperator", [0, 0, 0, 0]);

        Invocation run = Invocation.Of("verify", _folder.Path, "--json");

        Assert.Equal(ExitCode.TargetMissed, run.ExitCode);
        using JsonDocument document = JsonDocument.Parse(run.Output);
        Assert.Equal([1, 1, 1], new[] { "passed", "failed", "unsupported" }.Select(k => document.RootElement.GetProperty(k).GetInt32()));
        JsonElement[] rows = [.. document.RootElement.GetProperty("rows").EnumerateArray()];
        Assert.Equal(["a_good", "b_wrong", "c_unknown"], rows.Select(r => r.GetProperty("test").GetString()));
        Assert.Equal(["passed", "failed", "unsupported"], rows.Select(r => r.GetProperty("result").GetString()));
        Assert.Contains("at index 3, expected 3", rows[1].GetProperty("reason").GetString());
        Assert.Contains("NoSuchOperator", rows[2].GetProperty("reason").GetString());
    }

    [Fact]
    public void AnElementTypeThatTheOperatorDoesNotHave_IsUnsupported()
    {
        WriteTest("narrow", "Cast", [0, 0, 0, 0], ("to", (long)DataType.Complex64));

        Invocation run = Invocation.Of("verify", _folder.Path, "--json");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement row = Assert.Single(document.RootElement.GetProperty("rows").EnumerateArray());
        Assert.Equal("unsupported", row.GetProperty("result").GetString());
        Assert.Contains("Complex64 is not supported", row.GetProperty("reason").GetString());
    }

    [Fact]
    public void UnsupportedAlone_IsNoFailure()
    {
        WriteTest("good", "Relu", [0, 0, 1, 2]);
        WriteTest("unknown", "NoSuchOperator", [0, 0, 0, 0]);

        Assert.Equal(ExitCode.Done, Invocation.Of("verify", _folder.Path).ExitCode);
    }

    [Fact]
    public void AFolderWithoutTests_IsUnusableInput()
    {
        Invocation run = Invocation.Of("verify", _folder.Path);

        Assert.Equal(ExitCode.UnusableInput, run.ExitCode);
        Assert.Contains(_folder.Path, run.Error);
    }

    private void WriteTest(string name, string opType, float[] expected, params (string Name, long Value)[] attributes)
    {
        string set = Path.Combine(_folder[name], "test_data_set_0");
        Directory.CreateDirectory(set);
        SmallModels.WriteUnary(Path.Combine(_folder[name], "model.onnx"), opType, attributes);
        OnnxTensorFile.Write(Tensor.From<float>([-1, 0, 1, 2], [1, 4]), Path.Combine(set, "input_0.pb"));
        OnnxTensorFile.Write(Tensor.From(expected, [1, 4]), Path.Combine(set, "output_0.pb"));
    }
}
