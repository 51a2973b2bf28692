using System.Text.Json;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Cli.Tests;

public sealed class BenchCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Json_HasARowForEachModel()
    {
        string relu = SmallModels.WriteUnary(_folder["relu.onnx"], "Relu");
        string tanh = SmallModels.WriteUnary(_folder["tanh.onnx"], "Tanh");

        Invocation run = Invocation.Of("bench", relu, tanh, "--seconds", "0.01", "--json");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement[] rows = [.. document.RootElement.GetProperty("rows").EnumerateArray()];
        Assert.Equal([relu, tanh], rows.Select(r => r.GetProperty("model").GetString()));
        Assert.All(rows, r =>
        {
            Assert.Equal(["model", "engine", "isa", "threads", "medianMs", "minMs"], r.EnumerateObject().Select(p => p.Name));
            Assert.Equal(1, r.GetProperty("threads").GetInt32());
            Assert.InRange(r.GetProperty("minMs").GetDouble(), 1e-9, r.GetProperty("medianMs").GetDouble());
        });
    }

    [Theory]
    [InlineData("--threads", "0", "at least 1")]
    [InlineData("--seconds", "-1", "0 to 3600")]
    [InlineData("--seconds", "soon", "--seconds")]
    public void NumbersOutOfRange_AreWrongUsage(string option, string value, string expected)
    {
        Invocation run = Invocation.Of("bench", "model.onnx", option, value);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains(expected, run.Error);
    }
}
