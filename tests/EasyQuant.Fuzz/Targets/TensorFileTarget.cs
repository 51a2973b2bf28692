using EasyQuant.Fuzz.Kit;
using EasyQuant.Fuzz.Protobuf;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Tensors;
using EasyQuant.Testing;

namespace EasyQuant.Fuzz.Targets;

/// <summary>The tensors, sequences and optionals of ONNX's test data.</summary>
internal sealed class TensorFileTarget : FuzzTarget
{
    private static readonly TensorValueType s_tensor = new(DataType.Undefined, null);

    private static readonly Lazy<WireMessage[]> s_seeds = new(() =>
    [
        Seed(1, [2, 3], 4, new byte[24]),
        Seed(7, [4], 7, [1, 2, 3, 4]),
        Seed(1, [3], 9, new byte[12]),
        Seed(8, [1], 6, [65]),
        Seed(22, [5], 9, new byte[3]),
        new WireMessage(OnnxSchema.Sequence).Add(2, 1).Add(3, Seed(1, [2], 9, new byte[8])).Add(3, Seed(6, [1], 5, [1])),
        new WireMessage(OnnxSchema.Optional).Add(2, 1).Add(3, Seed(1, [2], 9, new byte[8])),
        new WireMessage(OnnxSchema.Optional).Add(2, 2).Add(5, new WireMessage(OnnxSchema.Sequence).Add(3, Seed(1, [2], 9, new byte[8]))),
        .. ModelSeeds.Asset("onnx-backend-tests.tar.gz") is { } archive && File.Exists(archive) ? RealFiles() : [],
    ]);

    public override string Name => "tensors";

    public override string FileName => "input_0.pb";

    public override byte[] Make(Dice dice) => OnnxMutations.Mutate(dice.Pick(s_seeds.Value), dice, [""]);

    public override void Try(string path, CancellationToken cancellationToken)
    {
        // What a file holds it does not say; so it is read as everything, and a refusal of one does not save from the next.
        List<Exception> refusals = [];
        foreach (Graphs.ValueType type in new Graphs.ValueType[] { s_tensor, new SequenceValueType(s_tensor), new OptionalValueType(s_tensor) })
        {
            try
            {
                OnnxValueFile.Read(path, type);
            }
            catch (Data.InvalidSampleException refusal)
            {
                refusals.Add(refusal);
            }
        }

        if (refusals.Count == 3)
        {
            throw refusals[0];
        }
    }

    private static WireMessage Seed(int type, long[] dims, int field, byte[] data) =>
        dims.Aggregate(new WireMessage(OnnxSchema.Tensor), (t, d) => t.Add(1, d)).Add(2, type).Add(8, "t").Add(field, data);

    private static IEnumerable<WireMessage> RealFiles() => BackendTests.TestsOrSkip("node").SelectMany(t => t.DataSets.SelectMany(d => d.Inputs))
        .Where((path, i) => i % 16 == 0 && new FileInfo(path).Length < 4096).Select(path => WireMessage.Parse(File.ReadAllBytes(path), OnnxSchema.Tensor));
}
