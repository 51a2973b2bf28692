using EasyQuant.Fuzz.Kit;
using EasyQuant.Fuzz.Protobuf;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using FsCheck;
using FsCheck.Fluent;

namespace EasyQuant.Fuzz.Targets;

/// <summary>Graphs that nobody would write: any operators in a row, with any attributes, over tensors of any small shape and type.</summary>
internal sealed class GeneratedGraphTarget : FuzzTarget
{
    private const int MostNodes = 3;

    // Attributes by the names that operators look for, so that they find them.
    private static readonly string[] s_attributes =
    [
        "axis", "axes", "keepdims", "kernel_shape", "pads", "strides", "dilations", "group", "auto_pad", "ceil_mode", "mode", "to", "perm", "blocksize", "alpha", "beta", "transA", "transB",
        "epsilon", "num_groups", "split", "num_outputs", "largest", "sorted", "exclusive", "reverse", "equation", "direction", "hidden_size", "output_shape", "output_padding", "storage_order",
        "batch_dims", "reduction", "scales", "sizes", "antialias", "coordinate_transformation_mode", "nearest_mode", "noop_with_empty_axes", "num_heads", "kv_num_heads", "q_num_heads", "block_size", "p", "bias", "size", "value", "fmod",
    ];

    private static readonly Gen<long> s_extents = Gen.Frequency((8, Gen.Elements(1, 2, 4)), (4, Gen.Constant(3)), (1, Gen.Constant(0)), (1, Gen.Choose(5, 40))).Select(e => (long)e);

    private static readonly Gen<long> s_integers = Gen.Frequency((8, Gen.Choose(-3, 8).Select(i => (long)i)), (1, Gen.Elements(long.MinValue, int.MinValue, int.MaxValue, long.MaxValue, 1L << 32)));

    private static readonly Gen<WireMessage> s_tensors =
        from type in Gen.Frequency((20, Gen.Constant(1)), (4, Gen.Constant(7)), (1, Gen.Choose(1, 16)))
        from extents in Gen.ArrayOf(s_extents).Where(e => e.Length <= 5 && e.Aggregate(1L, (a, b) => a * b) <= 4096)
        from bytes in Gen.Elements<byte>(0, 1, 2, 63, 128, 255)
        select Tensor(type, extents, bytes);

    private static readonly Gen<WireMessage> s_attributeMessages =
        from name in Gen.Elements(s_attributes)
        from kind in Gen.Choose(0, 4)
        from number in s_integers
        from numbers in Gen.ArrayOf(s_integers).Where(n => n.Length <= 8)
        from real in Gen.Elements(0f, 1f, -1f, 0.5f, float.NaN, float.PositiveInfinity)
        from text in Gen.Elements("", "linear", "cubic", "nearest", "constant", "reflect", "wrap", "SAME_UPPER", "VALID", "bidirectional", "add", "ij,jk->ik", "...i->i")
        select Attribute(name, kind, number, numbers, real, text);

    private readonly Lazy<Gen<WireMessage>> _graphs = new(() =>
        from tensors in Gen.ListOf(s_tensors, 3)
        from operators in Gen.ListOf(Gen.Elements(ModelSeeds.OperatorNames.ToArray()), MostNodes)
        from attributes in Gen.ListOf(Gen.Frequency((2, Gen.ListOf(s_attributeMessages, 1)), (1, Gen.ListOf(s_attributeMessages, 2)), (1, Gen.ListOf(s_attributeMessages, 0))), MostNodes)
        from inputs in Gen.ListOf(Gen.ListOf(Gen.Frequency((12, Gen.Choose(0, MostNodes + 2)), (1, Gen.Constant(-1))), 4), MostNodes)
        from counts in Gen.ListOf(Gen.Choose(1, 4), MostNodes)
        from opset in Gen.Choose(7, 24)
        select Model([.. tensors], [.. operators], [.. attributes], [.. inputs], [.. counts], opset));

    public override string Name => "graphs";

    public override string FileName => "model.onnx";

    public override byte[] Make(Dice dice) => _graphs.Value.Sample(1, new Rnd((ulong)dice.Seed, 2 * (ulong)(uint)dice.Seed + 1), 8).Single().ToBytes();

    public override void Try(string path, CancellationToken cancellationToken)
    {
        Model model = OnnxModelReader.Read(path);
        ModelUse.Infer(model);
        ModelUse.Execute(model, cancellationToken);
    }

    public override long AllowedBytes(long length) => long.MaxValue;

    private static WireMessage Tensor(int type, long[] extents, byte bytes)
    {
        WireMessage tensor = new(OnnxSchema.Tensor);
        Array.ForEach(extents, e => tensor.Add(1, e));
        long count = extents.Aggregate(1L, (a, b) => a * b);
        long length = type switch { 1 or 6 or 12 => 4, 2 or 3 or 9 => 1, 4 or 5 or 10 or 16 => 2, 14 => 8, 15 => 16, _ => 8 } * count;
        tensor.Add(2, (long)type);
        return type == 8
            ? Enumerable.Range(0, (int)count).Aggregate(tensor, (t, i) => t.Add(6, $"text {i}"))
            : tensor.Add(9, Contents(type, length, bytes));
    }

    // Small whole numbers in integers, so that as shapes and axes they have a chance; a pattern elsewhere.
    private static byte[] Contents(int type, long length, byte filling)
    {
        byte[] contents = new byte[length];
        for (int i = 0; i < contents.Length; i++)
        {
            contents[i] = type == 7 ? (byte)(i % 8 == 0 ? (filling + i / 8) % 5 : 0) : type == 1 ? (byte)(i % 4 == 3 ? 0x3F : i) : type == 9 ? (byte)(i & 1) : filling;
        }

        return contents;
    }

    private static WireMessage Attribute(string name, int kind, long number, long[] numbers, float real, string text)
    {
        WireMessage attribute = new WireMessage(OnnxSchema.Attribute).Add(1, name);
        switch (kind)
        {
            case 0 or 1:
                return attribute.Add(20, 2).Add(3, number);
            case 2:
                return numbers.Aggregate(attribute.Add(20, 7), (a, n) => a.Add(8, n));
            case 3:
                return attribute.Add(20, 1).Add(2, real);
            default:
                return attribute.Add(20, 3).Add(4, text);
        }
    }

    private static WireMessage Model(WireMessage[] tensors, string[] operators, IEnumerable<WireMessage>[] attributes, IEnumerable<int>[] inputs, int[] counts, int opset)
    {
        WireMessage graph = new WireMessage(OnnxSchema.Graph).Add(2, "generated");
        for (int i = 0; i < tensors.Length; i++)
        {
            graph.Add(5, tensors[i].Add(8, $"v{i}"));
        }

        for (int n = 0; n < operators.Length; n++)
        {
            WireMessage node = new WireMessage(OnnxSchema.Node).Add(4, operators[n]);
            foreach (int input in inputs[n].Take(counts[n]))
            {
                node.Add(1, input < 0 ? "" : $"v{Math.Min(input, tensors.Length + n - 1)}");
            }

            node.Add(2, $"v{tensors.Length + n}");
            foreach (WireMessage attribute in attributes[n].DistinctBy(a => a.Of(1).First().Text))
            {
                node.Add(5, attribute);
            }

            graph.Add(1, node);
        }

        // Every node's output, so that one that cannot be computed does not hide the others' faults.
        int shown = tensors.Length + operators.Length - 1;
        return new WireMessage(OnnxSchema.Model)
            .Add(1, 8)
            .Add(7, graph.Add(12, new WireMessage(OnnxSchema.ValueInfo).Add(1, $"v{shown}")))
            .Add(8, new WireMessage("OperatorSet").Add(2, (long)opset));
    }
}
