using EasyQuant.Data;
using EasyQuant.Onnx.Format;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Google.Protobuf;
using Xunit;

namespace EasyQuant.Onnx.Tests;

public sealed class OnnxTensorFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadsWhatItWrote()
    {
        Tensor tensor = Tensor.From([1f, 2f, 3f, 4f, 5f, 6f], [2, 3]);

        OnnxTensorFile.Write(tensor, _folder["t.pb"], "x");

        (string name, Tensor read) = OnnxTensorFile.ReadNamed(_folder["t.pb"]);
        Assert.Equal(("x", "f32[2x3]"), (name, read.ToString()));
        Assert.Equal(tensor.Bytes, read.Bytes);
        Assert.Equal(["t.pb"], _folder.Files);
    }

    [Fact]
    public void RefusesASequence()
    {
        // SequenceProto and OptionalProto: elem_type (field 2) is 1 for tensors, field 3 the tensors.
        TensorProto element = Protos.Raw(DataType.Float32, [1], new byte[4]);
        byte[] bytes = element.ToByteArray();
        AssertRefused(_folder.Write("s.pb", [0x10, 1, 0x1a, (byte)bytes.Length, .. bytes]), "a sequence or an optional, expected a tensor");
    }

    [Fact]
    public void RefusesAnEmptySequence() => AssertRefused(_folder.Write("s.pb", [0x10, 1]), "Expected a tensor");

    [Fact]
    public void RefusesAFile_ThatIsMissingEmptyOrCutOff()
    {
        AssertRefused(_folder["none.pb"], "cannot be read");
        AssertRefused(_folder.Write("empty.pb", []), "no element type");
        byte[] bytes = Protos.Raw(DataType.Float32, [2], new byte[8]).ToByteArray();
        AssertRefused(_folder.Write("cut.pb", bytes[..^1]), "cut off");
    }

    [Fact]
    public void ReadsEveryTensorOfOnnxsTestData()
    {
        int tensors = 0;
        int others = 0;
        foreach (BackendDataSet data in BackendTests.TestsOrSkip("node").SelectMany(t => t.DataSets))
        {
            foreach (string path in data.Inputs.Concat(data.Outputs))
            {
                try
                {
                    OnnxTensorFile.Read(path);
                    tensors++;
                }
                catch (InvalidSampleException error) when (error.Message.Contains("expected a tensor", StringComparison.OrdinalIgnoreCase))
                {
                    others++;
                }
            }
        }

        Assert.True(tensors > 5000, $"{tensors} tensors, {others} sequences and optionals");
        Assert.InRange(others, 1, 200);
    }

    private static void AssertRefused(string path, string message)
    {
        InvalidSampleException error = Assert.Throws<InvalidSampleException>(() => OnnxTensorFile.Read(path));
        Assert.StartsWith($"'{path}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
