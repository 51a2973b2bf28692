using EasyQuant.Fuzz.Kit;
using EasyQuant.Fuzz.Protobuf;
using EasyQuant.Graphs;
using EasyQuant.Onnx;

namespace EasyQuant.Fuzz.Targets;

/// <summary>Quantized networks, changed, in the integer engine: what it packs, plans and points to follows from what the file says.</summary>
internal sealed class QuantizedModelTarget : FuzzTarget
{
    private readonly Lazy<WireMessage[]> _seeds = new(() => [.. QuantizedSeeds.Models.Select(Written)]);

    public override string Name => "quantized";

    public override string FileName => "model.onnx";

    public override byte[] Make(Dice dice) => OnnxMutations.Mutate(dice.Pick(_seeds.Value), dice, ModelSeeds.OperatorNames);

    public override void Try(string path, CancellationToken cancellationToken)
    {
        Model model = OnnxModelReader.Read(path);
        ModelUse.Prepare(model);
        ModelUse.RunInIntegers(model, cancellationToken);
    }

    public override long AllowedBytes(long length) => long.MaxValue;

    private static WireMessage Written(Model model)
    {
        using MemoryStream stream = new();
        OnnxModelWriter.Write(model, stream);
        return WireMessage.Parse(stream.ToArray(), OnnxSchema.Model);
    }
}
