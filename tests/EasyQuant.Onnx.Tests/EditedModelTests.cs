using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;
using static EasyQuant.Onnx.Format.AttributeProto.Types;

namespace EasyQuant.Onnx.Tests;

public sealed class EditedModelTests
{
    [Fact]
    public void WritesAModelMadeByHand()
    {
        Graph graph = new("made");
        Value x = new("x", new TensorValueType(DataType.Float32, new SymbolicShape([new Dimension(null, "N"), 3])));
        Value hidden = new("hidden", new TensorValueType(DataType.Float32, new SymbolicShape([Dimension.Unknown, 3])));
        Value y = new("y", new SequenceValueType(new TensorValueType(DataType.Float32)));
        graph.Inputs.Add(x);
        Value w = graph.AddConstant("w", Tensor.From([1f, 2f, 3f], [3]));
        Node add = graph.Add(new Node("Add", [x, w, null], [hidden], "add"));
        add.Attributes.Add("f", new FloatAttribute(0));
        add.Attributes.Add("i", new IntAttribute(0));
        add.Attributes.Add("s", new StringAttribute("ä"));
        add.Attributes.Add("fs", new FloatsAttribute([1, 2]));
        add.Attributes.Add("is", new IntsAttribute([1, 2]));
        add.Attributes.Add("ss", new StringsAttribute(["a", "b"]));
        add.Attributes.Add("t", new TensorAttribute(Tensor.FromScalar((sbyte)-3)));
        add.Attributes.Add("g", new GraphAttribute(new Graph("inner")));
        add.Attributes.Add("gs", new GraphsAttribute([new Graph("first"), new Graph("second")]));
        add.Attributes.Add("p", new TypeAttribute(new OptionalValueType(new TensorValueType(DataType.Int8))));
        graph.Add(new Node("Made", [hidden], [y], domain: "org.example"));
        graph.Outputs.Add(y);
        Model model = new(graph) { ProducerName = "test" };
        model.OpsetImports.Add("", 17);
        model.OpsetImports.Add("org.example", 1);
        model.Metadata.Add("key", "value");

        Model read = RoundTrip.Read(RoundTrip.WriteProto(model));

        Assert.Equal(model.OpsetImports, read.OpsetImports);
        Assert.Equal(model.Metadata, read.Metadata);
        Assert.Equal("made", read.Graph.Name);
        Assert.Equal(["x: f32[Nx3]", "w: f32[3]", "hidden: f32[?x3]", "y: sequence(f32[?])"], read.Graph.AllValues().Select(v => v.ToString()));
        Assert.Equal([1f, 2f, 3f], read.Graph.Initializers[0].Constant!.AsSpan<float>());
        Node readAdd = read.Graph.Nodes[0];
        Assert.Equal(add.Attributes.Keys, readAdd.Attributes.Keys);
        Assert.Equal((0f, 0L, "ä"), (readAdd.GetFloat("f", 9), readAdd.GetInt("i", 9), readAdd.GetString("s", "")));
        Assert.Equal([1f, 2f], readAdd.GetFloats("fs"));
        Assert.Equal([1L, 2L], readAdd.GetInts("is"));
        Assert.Equal(["a", "b"], Assert.IsType<StringsAttribute>(readAdd.Attributes["ss"]).Values);
        Assert.Equal(new sbyte[] { -3 }, readAdd.GetTensor("t")!.AsSpan<sbyte>());
        Assert.Equal(["inner", "first", "second"], readAdd.Subgraphs.Select(g => g.Name));
        Assert.Equal(add.Attributes["p"], readAdd.Attributes["p"]);
        Assert.Equal("org.example", read.Graph.Nodes[1].Domain);
    }

    [Fact]
    public void AChangeIsWritten_AndNothingElse()
    {
        ModelProto expected = Protos.WithInitializer(Protos.Raw(DataType.Float32, [2], new byte[8]));
        expected.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "a", Type = AttributeType.Int, I = 1, DocString = "kept" });
        expected.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "b", Type = AttributeType.Int, I = 1 });
        expected.MetadataProps.Add(Protos.Entry("k", "1"));
        Model model = RoundTrip.Read(expected);

        model.IrVersion = 10;
        model.OpsetImports[""] = 21;
        model.Metadata["k"] = "2";
        model.Metadata["new"] = "3";
        model.Graph.Inputs[0].Name = "renamed";
        model.Graph.Initializers[0].Constant = Tensor.From(new sbyte[] { 7 }, [1]);
        model.Graph.Nodes[0].Attributes["b"] = new IntAttribute(2);

        expected.IrVersion = 10;
        expected.OpsetImport[0].Version = 21;
        expected.MetadataProps[0].Value = "2";
        expected.MetadataProps.Add(Protos.Entry("new", "3"));
        expected.Graph.Input[0].Name = "renamed";
        expected.Graph.Node[0].Input[0] = "renamed";
        expected.Graph.Initializer[0] = Protos.Raw(DataType.Int8, [1], [7]);
        expected.Graph.Initializer[0].Name = "w";
        expected.Graph.Node[0].Attribute[1].I = 2;
        Assert.Equal(expected, RoundTrip.WriteProto(model));
    }

    [Fact]
    public void WhatIsRemoved_TakesItsDeclarationsAlong()
    {
        ModelProto proto = Protos.Model(Protos.Node("Neg", ["x"], "h"), Protos.Node("Relu", ["h"], "y"));
        proto.Graph.ValueInfo.Add(Protos.Info("h"));
        proto.Graph.QuantizationAnnotation.Add(new TensorAnnotation { TensorName = "h" });
        Model model = RoundTrip.Read(proto);

        Node negation = model.Graph.Nodes[0];
        model.Graph.Replace(negation.Outputs[0]!, model.Graph.Inputs[0]);
        model.Graph.Remove(negation);

        Assert.Equal(Protos.Model(Protos.Node("Relu", ["x"], "y")), RoundTrip.WriteProto(model));
    }

    [Fact]
    public void DeclaresAnInferredType()
    {
        Model model = RoundTrip.Read(Protos.Model(Protos.Node("Neg", ["x"], "h"), Protos.Node("Relu", ["h"], "y")));

        model.Graph.Nodes[0].Outputs[0]!.Type = new TensorValueType(DataType.Float32, new SymbolicShape([4]));

        Assert.Equal(Protos.Info("h", 4), Assert.Single(RoundTrip.WriteProto(model).Graph.ValueInfo));
    }

    [Fact]
    public void NewConstants_AreInputsToo_WhereTheIrVersionAsksForIt()
    {
        ModelProto proto = Protos.Model(Protos.Node("Relu", ["x"], "y"));
        proto.IrVersion = 3;
        Model model = RoundTrip.Read(proto);

        model.Graph.AddConstant("new", Tensor.FromScalar(1f));

        Assert.Equal(["x", "new"], RoundTrip.WriteProto(model).Graph.Input.Select(i => i.Name));
    }

    [Fact]
    public void RefusesAModel_WithoutOpset() => AssertRefused(new Model(new Graph()), "imports no operator set");

    [Fact]
    public void RefusesAName_ThatStandsForAnotherValue()
    {
        Model model = RoundTrip.Read(Protos.Model(Protos.Node("Neg", ["x"], "h"), Protos.Node("Relu", ["h"], "y")));
        model.Graph.Nodes[0].Outputs[0]!.Name = "x";
        AssertRefused(model, "the graph defines 'x' already");
    }

    [Fact]
    public void RefusesANode_ThatReadsWhatComesLater()
    {
        Model model = RoundTrip.Read(Protos.Model(Protos.Node("Neg", ["x"], "h"), Protos.Node("Relu", ["h"], "y")));
        model.Graph.Reorder([model.Graph.Nodes[1], model.Graph.Nodes[0]]);
        AssertRefused(model, "'h' is read by Relu 'the Relu', but nothing before defines it");
    }

    [Fact]
    public void AFailure_LeavesNothingBehind()
    {
        using TemporaryFolder folder = new();
        byte[] former = [1, 2, 3];
        folder.Write("m.onnx", former);
        Model model = RoundTrip.Read(Protos.WithInitializer(Protos.Raw(DataType.Float32, [2], new byte[8])));
        model.Graph.Outputs.Add(new Value("nothing"));

        Assert.Throws<InvalidModelException>(
            () => OnnxModelWriter.Write(model, folder["m.onnx"], new OnnxWriteOptions { ExternalThreshold = 0 }));

        Assert.Equal(["m.onnx"], folder.Files);
        Assert.Equal(former, File.ReadAllBytes(folder["m.onnx"]));
    }

    private static void AssertRefused(Model model, string message)
    {
        InvalidModelException error = Assert.Throws<InvalidModelException>(() => RoundTrip.Write(model));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
