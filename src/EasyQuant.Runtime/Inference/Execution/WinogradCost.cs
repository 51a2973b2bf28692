namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>What the parts of Winograd's method cost, each in steps of the direct kernel: four inputs of a position by sixteen channels.</summary>
/// <param name="Product">Two inputs of a tile by sixteen channels.</param>
/// <param name="Patch">To transform 32 channels of a patch.</param>
/// <param name="Tile">To transform sixteen channels of a tile back, and round.</param>
/// <param name="Filter">To transform the weights of two inputs for sixteen channels.</param>
internal sealed record WinogradCost(double Product, double Patch, double Tile, double Filter)
{
    private static readonly Dictionary<string, WinogradCost> s_costs = new()
    {
        ["avx512vnni"] = new(1.03, 380, 260, 210),
        ["avx512bw"] = new(1, 380, 260, 210),
        ["avxvnni"] = new(1, 380, 260, 210),
        ["avx2"] = new(1, 380, 260, 210),
        ["scalar"] = new(1, 380, 260, 210),
    };

    /// <summary>With the kernel of an instruction set, against the direct one of the same.</summary>
    public static WinogradCost Of(string isa) => s_costs[isa];
}
