using EasyQuant.Fuzz.Kit;
using EasyQuant.Fuzz.Protobuf;
using EasyQuant.Graphs;
using EasyQuant.Onnx;

namespace EasyQuant.Fuzz.Targets;

/// <summary>Real networks, changed, through everything that is done with one: read, export, shapes, float run, quantization, integer run.</summary>
internal sealed class ModelTarget : FuzzTarget
{
    public override string Name => "model";

    public override string FileName => "model.onnx";

    public override byte[] Make(Dice dice) => OnnxMutations.Mutate(dice.Pick(ModelSeeds.Real), dice, ModelSeeds.OperatorNames);

    public override void Try(string path, CancellationToken cancellationToken)
    {
        Model model = OnnxModelReader.Read(path);
        ModelUse.Export(model);
        ModelUse.Infer(model);
        ModelUse.Execute(model, cancellationToken);

        // Costs more than the rest; by the file, so that the same file is always treated alike.
        if (new FileInfo(path).Length % 4 == 0)
        {
            ModelUse.Quantize(model, cancellationToken);
        }
    }

    public override long AllowedBytes(long length) => long.MaxValue;
}
