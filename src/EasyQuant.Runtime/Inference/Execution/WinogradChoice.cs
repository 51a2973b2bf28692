using EasyQuant.Kernels.IntegerWinograd;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Decides which layers are computed by Winograd's method.</summary>
/// <remarks>
/// By an estimate, not by a trial: so loading a model costs nothing more and the choice is always the same. Times are counted in steps of
/// the direct kernel. What the parts of the method cost in that measure was found by timing; the proportions follow from how many
/// instructions the parts are, so they are much the same on all processors that have these.
/// </remarks>
internal static class WinogradChoice
{
    // What is gained on paper alone is not worth it.
    private const double WorthwhileShare = 0.95;

    // To begin and end the sums of a frequency costs as much as so many pairs of channels.
    private const int PairsOfOverhead = 3;

    // A product of few tiles waits for its own sums.
    private const int FewestRows = 6;

    /// <summary>Whether a layer is.</summary>
    public static bool IsWinograd(ConvolutionStep step, TensorLayout output, KernelSet kernels) =>
        kernels.WinogradUse != WinogradUse.Never && PlannedWinograd.Suits(step)
        && (kernels.WinogradUse == WinogradUse.Always || IsFaster(step, output, kernels));

    private static bool IsFaster(ConvolutionStep step, TensorLayout output, KernelSet kernels)
    {
        WinogradTiling tiling = new(step, output, kernels.Winograd.RowStep, kernels.Threads);
        WinogradCost cost = WinogradCost.Of(kernels.Winograd.Isa);
        double quads = WinogradFilter.Taps * ((step.Input.Shape[1] + 3) / 4);
        double directStep = kernels.Convolution.SumsInWords && !PairsFitWords(step) ? cost.WideStep : 1;
        double direct = directStep * quads * tiling.Panels * output.Images * output.Height * output.Width;

        int block = tiling.BlockOf(tiling.BatchTiles);
        double rows = tiling.Batches * Math.Max(FewestRows, (tiling.BatchTiles + block - 1) / block * block);
        double products = cost.Product * WinogradTile.Frequencies * rows * (tiling.Pairs + PairsOfOverhead) * tiling.Panels;
        double transforms = tiling.Tiles * (cost.Patch * tiling.Chunks + cost.Tile * tiling.Panels * tiling.Parts.Length) + cost.Filter * tiling.Batches * tiling.Pairs * tiling.Panels;
        return products + transforms < WorthwhileShare * direct;
    }

    // Where they do not, or not always, the direct kernel can hardly add in 16 bits.
    private static bool PairsFitWords(ConvolutionStep step) =>
        2 * step.Input.Maximum * step.Weights.Rows.Max(w => Math.Abs((int)w)) <= short.MaxValue;
}
