namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>
/// What the parts of Winograd's method cost with the kernels of an instruction set, in steps of the direct kernel of the same set
/// where it is fastest: four inputs of a position by sixteen output channels.
/// </summary>
/// <param name="Product">Two inputs of a tile by sixteen channels.</param>
/// <param name="Patch">To transform 32 channels of a patch.</param>
/// <param name="Tile">To transform sixteen channels of a tile back, and round.</param>
/// <param name="Filter">To transform the weights of two inputs for sixteen channels.</param>
/// <param name="WideStep">A step of the direct kernel whose sums do not fit 16 bits.</param>
internal sealed record WinogradCost(double Product, double Patch, double Tile, double Filter, double WideStep)
{
    private static readonly Dictionary<string, WinogradCost> s_costs = new()
    {
        ["avx512vnni"] = new(1.05, 320, 270, 340, 1),
        ["avx512bw"] = new(1.05, 240, 210, 250, 2.1),
        ["avxvnni"] = new(0.95, 200, 170, 150, 1),
        ["avx2"] = new(1, 165, 157, 120, 2.2),
        ["scalar"] = new(0.55, 170, 80, 15, 1),
    };

    /// <summary>With the kernel of an instruction set.</summary>
    public static WinogradCost Of(string isa) => s_costs[isa];
}
