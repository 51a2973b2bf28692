using EasyQuant.Fuzz.Kit;
using EasyQuant.Fuzz.Protobuf;
using EasyQuant.Graphs;
using EasyQuant.Onnx;

namespace EasyQuant.Fuzz.Targets;

/// <summary>ONNX's tests of single operators with attributes, shapes, types and numbers changed: an operator has to notice that it cannot compute.</summary>
internal sealed class OperatorTarget : FuzzTarget
{
    public override string Name => "operators";

    public override string FileName => "model.onnx";

    // One change in most of them: what does not fit should be the operator's to find.
    public override byte[] Make(Dice dice) => OnnxMutations.Mutate(dice.Pick(ModelSeeds.Operators), dice, ModelSeeds.OperatorNames);

    public override void Try(string path, CancellationToken cancellationToken)
    {
        Model model = OnnxModelReader.Read(path);
        ModelUse.Infer(model);
        ModelUse.Execute(model, cancellationToken);
    }

    public override long AllowedBytes(long length) => long.MaxValue;
}
