using EasyQuant.Kernels.IntegerWinograd;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Decides which layers are computed by Winograd's method.</summary>
/// <remarks>
/// By an estimate, not by a trial: so loading a model costs nothing more and the choice is always the same. Times are counted in
/// vectors of 512 bits that the direct kernel multiplies and adds. What the parts of the method cost in that measure was found by
/// timing; their proportions are much the same on all processors with the same instructions.
/// </remarks>
internal static class WinogradChoice
{
    // A little that is gained on paper is not worth it.
    private const double WorthwhileShare = 0.95;

    /// <summary>Whether a layer is.</summary>
    public static bool IsWinograd(ConvolutionStep step, TensorLayout output, KernelSet kernels) =>
        kernels.WinogradUse != WinogradUse.Never && PlannedWinograd.Suits(step)
        && (kernels.WinogradUse == WinogradUse.Always || IsFaster(step, output, kernels));

    private static bool IsFaster(ConvolutionStep step, TensorLayout output, KernelSet kernels)
    {
        WinogradTiling tiling = new(step.Weights, output, kernels.Winograd.RowStep);
        WinogradCost cost = WinogradCost.Of(kernels.Winograd.Isa);
        double groups = (double)WinogradFilter.Taps * ((step.Input.Shape[1] + 3) / 4);
        double direct = groups * tiling.Panels * output.Images * output.Height * output.Width;
        double rows = (double)tiling.Tiles;
        double winograd = cost.Product * rows * tiling.Pairs * tiling.Panels * WinogradTile.Frequencies
            + cost.Patch * rows * tiling.Chunks
            + cost.Tile * rows * tiling.Panels
            + cost.Filter * tiling.Batches * tiling.Pairs * tiling.Panels;
        return winograd < WorthwhileShare * direct;
    }
}
