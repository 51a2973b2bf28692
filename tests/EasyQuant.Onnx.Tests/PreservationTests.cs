using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using EasyQuant.Tensors;
using Google.Protobuf;
using Xunit;
using static EasyQuant.Onnx.Format.AttributeProto.Types;

namespace EasyQuant.Onnx.Tests;

/// <summary>What the model types have no place for must come out as it went in.</summary>
public sealed class PreservationTests
{
    private readonly ModelProto _model = Protos.Model(Protos.Node("Relu", ["x"], "y"));

    [Fact]
    public void KeepsTheHead()
    {
        _model.ProducerName = "p";
        _model.ProducerVersion = "";
        _model.Domain = "org.example";
        _model.ModelVersion = 0;
        _model.DocString = "text";
        _model.MetadataProps.Add([Protos.Entry("a", "1"), Protos.Entry("b", ""), Protos.Entry("a", "2")]);
        _model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 3 });
        _model.Configuration.Add(new DeviceConfigurationProto { Name = "d", NumDevices = 2, Device = { "0", "1" } });

        Model model = RoundTrip.Read(_model);

        Assert.Equal("1", model.Metadata["a"]);
        Assert.Equal(3, model.OpsetImports["ai.onnx.ml"]);
        RoundTrip.AssertUnchanged(_model);
    }

    [Fact]
    public void KeepsTraining()
    {
        _model.TrainingInfo.Add(new TrainingInfoProto
        {
            Initialization = new GraphProto { Name = "i" },
            Algorithm = _model.Graph.Clone(),
            UpdateBinding = { Protos.Entry("k", "v") },
        });
        RoundTrip.AssertUnchanged(_model);
    }

    [Fact]
    public void KeepsWhatGraphsNodesAndValuesCarry()
    {
        _model.Graph.DocString = "graph";
        _model.Graph.MetadataProps.Add(Protos.Entry("g", "1"));
        NodeProto node = _model.Graph.Node[0];
        node.DocString = "node";
        node.Overload = "o";
        node.MetadataProps.Add(Protos.Entry("n", "1"));
        node.DeviceConfigurations.Add(new NodeDeviceConfigurationProto
        {
            ConfigurationId = "d",
            PipelineStage = 1,
            ShardingSpec =
            {
                new ShardingSpecProto
                {
                    TensorName = "x",
                    Device = { 0, 1 },
                    IndexToDeviceGroupMap = { new IntIntListEntryProto { Key = 1, Value = { 1, 2 } } },
                    ShardedDim = { new ShardedDimProto { Axis = 1, SimpleSharding = { new SimpleShardedDimProto { DimParam = "N", NumShards = 2 } } } },
                },
            },
        });
        ValueInfoProto input = _model.Graph.Input[0];
        input.DocString = "input";
        input.MetadataProps.Add(Protos.Entry("i", "1"));
        input.Type.Denotation = "IMAGE";
        input.Type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "N", Denotation = "DATA_BATCH" });
        input.Type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = -1 });
        _model.Graph.ValueInfo.Add([Protos.Info("nobody"), Protos.Info("x"), Protos.Info("y")]);
        _model.Graph.QuantizationAnnotation.Add(new TensorAnnotation { TensorName = "x", QuantParameterTensorNames = { Protos.Entry("SCALE_TENSOR", "s") } });
        _model.Graph.QuantizationAnnotation.Add(new TensorAnnotation { TensorName = "nobody" });

        Model model = RoundTrip.Read(_model);

        Assert.Equal("input", model.Graph.Inputs[0].DocString);
        Assert.Equal("f32[Nx?]", model.Graph.Inputs[0].Type?.ToString());
        RoundTrip.AssertUnchanged(_model);
    }

    [Fact]
    public void KeepsSparseConstants_WhereNodesCanReadThem()
    {
        TensorProto values = Protos.Raw(DataType.Float32, [1], new byte[4]);
        values.Name = "sparse";
        _model.Graph.SparseInitializer.Add(new SparseTensorProto { Values = values, Indices = Protos.Raw(DataType.Int64, [1], new byte[8]), Dims = { 1000 } });
        _model.Graph.Node.Add(Protos.Node("MatMul", ["x", "sparse"], "z"));

        Assert.IsType<OpaqueValueType>(RoundTrip.Read(_model).Graph.Nodes[1].Inputs[1]!.Type);
        RoundTrip.AssertUnchanged(_model);
    }

    [Fact]
    public void KeepsFunctions()
    {
        NodeProto body = Protos.Node("LeakyRelu", ["a"], "b");
        body.Attribute.Add(new AttributeProto { Name = "alpha", Type = AttributeType.Float, RefAttrName = "slope" });
        _model.Functions.Add(new FunctionProto
        {
            Name = "F",
            Domain = "local",
            Overload = "o",
            DocString = "text",
            Input = { "a" },
            Output = { "b" },
            Attribute = { "slope" },
            AttributeProto = { new AttributeProto { Name = "other", Type = AttributeType.Int, I = 1 } },
            OpsetImport = { new OperatorSetIdProto { Version = 16 } },
            ValueInfo = { Protos.Info("b") },
            MetadataProps = { Protos.Entry("f", "1") },
            Node = { body },
        });

        ModelFunction function = Assert.Single(RoundTrip.Read(_model).Functions);

        Assert.Equal(("local", "F"), (function.Domain, function.Name));
        Assert.Same(function.Body.Inputs[0], function.Body.Nodes[0].Inputs[0]);
        RoundTrip.AssertUnchanged(_model);
    }

    [Fact]
    public void KeepsAttributesOfEveryKind()
    {
        TensorProto tensor = Protos.Raw(DataType.Float32, [1], new byte[4]);
        TypeProto type = Protos.Info("").Type;
        SparseTensorProto sparse = new() { Values = tensor, Dims = { 4 } };
        _model.Graph.Node[0].Attribute.Add([
            new AttributeProto { Name = "f", Type = AttributeType.Float, F = 1, DocString = "text" },
            new AttributeProto { Name = "i", Type = AttributeType.Int, I = -1 },
            new AttributeProto { Name = "s", Type = AttributeType.String, S = ByteString.CopyFrom(0xff) },
            new AttributeProto { Name = "t", Type = AttributeType.Tensor, T = tensor },
            new AttributeProto { Name = "g", Type = AttributeType.Graph, G = new GraphProto { Name = "inner" } },
            new AttributeProto { Name = "fs", Type = AttributeType.Floats, Floats = { 1, 2 } },
            new AttributeProto { Name = "is", Type = AttributeType.Ints },
            new AttributeProto { Name = "ss", Type = AttributeType.Strings, Strings = { ByteString.CopyFrom(0xff) } },
            new AttributeProto { Name = "ts", Type = AttributeType.Tensors, Tensors = { tensor } },
            new AttributeProto { Name = "gs", Type = AttributeType.Graphs, Graphs = { new GraphProto { Name = "a" }, new GraphProto { Name = "b" } } },
            new AttributeProto { Name = "p", Type = AttributeType.TypeProto, Tp = type },
            new AttributeProto { Name = "ps", Type = AttributeType.TypeProtos, TypeProtos = { type } },
            new AttributeProto { Name = "sp", Type = AttributeType.SparseTensor, SparseTensor = sparse },
            new AttributeProto { Name = "sps", Type = AttributeType.SparseTensors, SparseTensors = { sparse } },
            new AttributeProto { Name = "untyped", I = 3 },
        ]);

        Node node = RoundTrip.Read(_model).Graph.Nodes[0];

        Assert.Equal(3, node.GetInt("untyped", 0));
        Assert.Equal(["inner", "a", "b"], node.Subgraphs.Select(g => g.Name));
        Assert.Equal(4, node.Attributes.Values.OfType<OpaqueAttribute>().Count());
        RoundTrip.AssertUnchanged(_model);
    }

    [Fact]
    public void KeepsTypesThatAreNoTensors()
    {
        TypeProto tensor = Protos.Info("").Type;
        TypeProto[] types =
        [
            new() { SequenceType = new TypeProto.Types.Sequence { ElemType = tensor } },
            new() { OptionalType = new TypeProto.Types.Optional { ElemType = tensor } },
            new() { MapType = new TypeProto.Types.Map { KeyType = 7, ValueType = tensor } },
            new() { SparseTensorType = new TypeProto.Types.SparseTensor { ElemType = 1 } },
            new() { OpaqueType = new TypeProto.Types.Opaque { Domain = "d", Name = "n" } },
            new() { SequenceType = new TypeProto.Types.Sequence() },
        ];
        foreach (TypeProto type in types)
        {
            _model.Graph.Input.Add(new ValueInfoProto { Name = $"in{_model.Graph.Input.Count}", Type = type });
        }

        Assert.Equal(
            ["sequence(f32[scalar])", "optional(f32[scalar])", "map", "sparse tensor", "opaque type", "sequence(?)"],
            RoundTrip.Read(_model).Graph.Inputs.Skip(1).Select(i => i.Type!.ToString()!));
        RoundTrip.AssertUnchanged(_model);
    }

    [Fact]
    public void KeepsFieldsItDoesNotKnow()
    {
        byte[] unknown = [0xc2, 0x3e, 0x02, 0x41, 0x42]; // field 1000, two bytes
        ModelProto model = ModelProto.Parser.ParseFrom([.. _model.ToByteArray(), .. unknown]);
        model.Graph = GraphProto.Parser.ParseFrom([.. model.Graph.ToByteArray(), .. unknown]);
        model.Graph.Node[0] = NodeProto.Parser.ParseFrom([.. model.Graph.Node[0].ToByteArray(), .. unknown]);
        model.Graph.Input[0] = ValueInfoProto.Parser.ParseFrom([.. model.Graph.Input[0].ToByteArray(), .. unknown]);

        RoundTrip.AssertUnchanged(model);
    }
}
