using EasyQuant.Onnx.Format;
using EasyQuant.Tensors;
using Google.Protobuf;

namespace EasyQuant.Onnx.Tests;

/// <summary>Small messages, as another program would write them.</summary>
internal static class Protos
{
    /// <summary>A model whose graph reads <c>x</c>, computes <c>y</c> and has these nodes.</summary>
    public static ModelProto Model(params NodeProto[] nodes) => new()
    {
        IrVersion = 8,
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 17 } },
        Graph = new GraphProto { Name = "g", Node = { nodes }, Input = { Info("x") }, Output = { Info("y") } },
    };

    /// <summary>A model that only adds the constant <c>w</c>.</summary>
    public static ModelProto WithInitializer(TensorProto tensor)
    {
        ModelProto model = Model(Node("Add", ["x", "w"], "y"));
        tensor.Name = "w";
        model.Graph.Initializer.Add(tensor);
        return model;
    }

    public static NodeProto Node(string op, string[] inputs, params string[] outputs) =>
        new() { OpType = op, Name = $"the {op}", Input = { inputs }, Output = { outputs } };

    public static ValueInfoProto Info(string name, params long[] dims)
    {
        TensorShapeProto shape = new();
        shape.Dim.AddRange(dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float32, Shape = shape } },
        };
    }

    public static TensorProto Raw(DataType type, long[] dims, byte[] data) =>
        new() { DataType = (int)type, Dims = { dims }, RawData = ByteString.CopyFrom(data) };

    public static AttributeProto Graph(string name, GraphProto graph) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = graph };

    public static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
}
