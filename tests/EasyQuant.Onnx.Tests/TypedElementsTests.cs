using System.Runtime.InteropServices;
using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using EasyQuant.Tensors;
using Google.Protobuf;
using Xunit;

namespace EasyQuant.Onnx.Tests;

public sealed class TypedElementsTests
{
    [Fact]
    public void Int32Data_HoldsTheNarrowTypes()
    {
        Assert.Equal(new sbyte[] { -128, 127 }, Read(DataType.Int8, -128, 127).AsSpan<sbyte>());
        Assert.Equal(new byte[] { 0, 255 }, Read(DataType.UInt8, 0, 255).AsSpan<byte>());
        Assert.Equal(new short[] { -32768, 32767 }, Read(DataType.Int16, -32768, 32767).AsSpan<short>());
        Assert.Equal(new ushort[] { 0, 65535 }, Read(DataType.UInt16, 0, 65535).AsSpan<ushort>());
        Assert.Equal([int.MinValue, int.MaxValue], Read(DataType.Int32, int.MinValue, int.MaxValue).AsSpan<int>());
        Assert.Equal([true, false], Read(DataType.Bool, 1, 0).AsSpan<bool>());
    }

    [Fact]
    public void Int32Data_HoldsHalvesByTheirBits()
    {
        Tensor half = Read(DataType.Float16, 0x3c00, 0xc000);
        Tensor brain = Read(DataType.BFloat16, 0x3f80, 0xc000);

        Assert.Equal(DataType.Float16, half.Type);
        Assert.Equal([(Half)1, (Half)(-2)], half.AsSpan<Half>());
        Assert.Equal(DataType.BFloat16, brain.Type);
        Assert.Equal([1f, -2f], brain.AsSpan<ushort>().ToArray().Select(bits => BitConverter.Int32BitsToSingle(bits << 16)));
    }

    [Theory]
    [InlineData(DataType.Int4, 3, new byte[] { 0x21, 0x0f })]
    [InlineData(DataType.UInt4, 4, new byte[] { 0x21, 0xf3 })]
    [InlineData(DataType.Float4E2M1, 1, new byte[] { 0x07 })]
    [InlineData(DataType.Int2, 5, new byte[] { 0xe4, 0x01 })]
    [InlineData(DataType.UInt2, 4, new byte[] { 0xe4 })]
    [InlineData(DataType.Float8E4M3FN, 2, new byte[] { 0x7f, 0x80 })]
    public void Int32Data_HoldsPackedTypesByTheirBytes(DataType type, int count, byte[] bytes)
    {
        TensorProto proto = new() { DataType = (int)type, Dims = { count } };
        proto.Int32Data.AddRange(bytes.Select(b => (int)b));
        ModelProto model = Protos.WithInitializer(proto);

        Tensor tensor = RoundTrip.Read(model).Graph.Initializers[0].Constant!;

        Assert.Equal(type, tensor.Type);
        Assert.Equal(bytes, tensor.Bytes.ToArray());
        RoundTrip.AssertUnchanged(model);
        RoundTrip.AssertUnchanged(Protos.WithInitializer(Protos.Raw(type, [count], bytes)));
    }

    [Fact]
    public void WideTypes_HaveListsOfTheirOwn()
    {
        Assert.Equal([1.5f], Read(new TensorProto { DataType = (int)DataType.Float32, Dims = { 1 }, FloatData = { 1.5f } }).AsSpan<float>());
        Assert.Equal([1.5], Read(new TensorProto { DataType = (int)DataType.Float64, Dims = { 1 }, DoubleData = { 1.5 } }).AsSpan<double>());
        Assert.Equal([long.MinValue], Read(new TensorProto { DataType = (int)DataType.Int64, Dims = { 1 }, Int64Data = { long.MinValue } }).AsSpan<long>());
        Assert.Equal([ulong.MaxValue], Read(new TensorProto { DataType = (int)DataType.UInt64, Dims = { 1 }, Uint64Data = { ulong.MaxValue } }).AsSpan<ulong>());
        Assert.Equal([uint.MaxValue], Read(new TensorProto { DataType = (int)DataType.UInt32, Dims = { 1 }, Uint64Data = { uint.MaxValue } }).AsSpan<uint>());
        Tensor complex = Read(new TensorProto { DataType = (int)DataType.Complex64, Dims = { 1 }, FloatData = { 1, 2 } });
        Assert.Equal([1f, 2f], MemoryMarshal.Cast<byte, float>(complex.Bytes.Span));
        Tensor text = Read(new TensorProto { DataType = (int)DataType.String, Dims = { 2 }, StringData = { ByteString.CopyFromUtf8("ä"), ByteString.Empty } });
        Assert.Equal(["ä", ""], text.Strings);
    }

    [Theory]
    [InlineData(DataType.Int8, 256)]
    [InlineData(DataType.UInt8, -129)]
    [InlineData(DataType.Float16, 65536)]
    [InlineData(DataType.Int4, 256)]
    public void RefusesANumber_ThatDoesNotFit(DataType type, int number)
    {
        InvalidModelException error = Assert.Throws<InvalidModelException>(() => Read(type, number));
        Assert.Contains($"element 0 of int32_data is {number}, which does not fit {type.ShortName()}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesAList_OfAnotherLength()
    {
        InvalidModelException error = Assert.Throws<InvalidModelException>(
            () => Read(new TensorProto { DataType = (int)DataType.Float32, Dims = { 1000, 1000 }, FloatData = { 1 } }));
        Assert.Contains("f32[1000x1000] takes 1000000 elements in float_data, found 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TextThatIsNoUtf8_SurvivesWhileItIsNotChanged() => RoundTrip.AssertUnchanged(Protos.WithInitializer(
        new TensorProto { DataType = (int)DataType.String, Dims = { 1 }, StringData = { ByteString.CopyFrom(0xff, 0xfe) } }));

    private static Tensor Read(DataType type, params int[] data)
    {
        TensorProto proto = new() { DataType = (int)type, Dims = { data.Length }, Int32Data = { data } };
        return Read(proto);
    }

    private static Tensor Read(TensorProto proto)
    {
        ModelProto model = Protos.WithInitializer(proto);
        Tensor tensor = RoundTrip.Read(model).Graph.Initializers[0].Constant!;
        RoundTrip.AssertUnchanged(model);
        return tensor;
    }
}
