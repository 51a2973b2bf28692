using EasyQuant.Graphs;
using EasyQuant.Runtime.Prepared;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Tests.Prepared;

/// <summary>A model with one of everything that a prepared model holds.</summary>
internal static class SampleGraphs
{
    public static Model Everything()
    {
        Model model = GraphText.Parse("""
            (x: f32[N,3,8,?], c: bool[]{1}) => (y, s)
            h = Conv "stem" <pads=[1,1,1,1], group=1, auto_pad="NOTSET">(x, w: f32[4,3,3,3], b: f32[4]{0,0,0,1})
            y: f32[N,4,8,?] = If<then_branch={() => (t) r = Relu(h) t = If<then_branch={() => (u) u = Neg(r)}, else_branch={() => (v) v = Identity(h)}>(c)},
                else_branch={() => (e) e = Mul(h, k: f32[1]{0.5})}>(c)
            p, _ = my.domain::Special<alpha=0.25, axes=[-1,9000000000], scales=[1.5,-2.0], names=["a","ü"], value=i64[2]{7,-7}>(h, _, i8[5,16]{-127..127})
            s: string[1] = Concat<axis=0>(string[1]{"text"})
            """, seed: 3);
        Node special = model.Graph.Nodes.Single(n => n.OpType == "Special");
        special.Attributes["type"] = new TypeAttribute(new OptionalValueType(new SequenceValueType(new TensorValueType(DataType.Int4))));
        special.Attributes["graphs"] = new GraphsAttribute([GraphText.Parse("(q: f32) => (z) z = Abs(q)").Graph]);
        model.ProducerName = "a program";
        model.ProducerVersion = "1.2";
        model.Domain = "org.example";
        model.Version = -5;
        model.IrVersion = 9;
        model.Metadata["easyquant.method"] = "eq";
        return model;
    }

    public static byte[] Write(Model model)
    {
        using MemoryStream stream = new();
        PreparedModelFile.Write(model, stream);
        return stream.ToArray();
    }
}
