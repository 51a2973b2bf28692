using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference.Network;

namespace EasyQuant.Benchmarks.Ocr;

/// <summary>How much of a network the integer engine computes in integers.</summary>
/// <param name="MacsPercent">Of the multiply-accumulates.</param>
/// <param name="FloatNodes">How many nodes it computes in float.</param>
internal sealed record IntegerShare(double MacsPercent, int FloatNodes)
{
    public static IntegerShare Of(IntegerNetwork network)
    {
        double integer = network.Steps.OfType<ConvolutionStep>().Sum(s => (double)s.Macs) + network.Steps.OfType<ProductStep>().Sum(s => (double)s.Macs);
        double real = network.FloatSteps.Sum(s => MacsOf(s.Node));
        return new IntegerShare(100 * integer / (integer + real), network.FloatSteps.Count());
    }

    private static double MacsOf(Node node) => node.OpType switch
    {
        "MatMul" or "Gemm" => (double)Count(node.Outputs[0]!) * node.Inputs[0]!.Shape!.ToStatic()!.Value[^1],
        "Conv" => (double)Count(node.Outputs[0]!) * Count(node.Inputs[1]!) / node.Inputs[1]!.Shape!.ToStatic()!.Value[0],
        "ConvTranspose" => (double)Count(node.Inputs[0]!) * Count(node.Inputs[1]!) / node.Inputs[1]!.Shape!.ToStatic()!.Value[0],
        _ => 0,
    };

    private static long Count(Value value) => value.Shape!.ToStatic()!.Value.ElementCount;
}
