using EasyQuant.Graphs;
using Xunit;

namespace EasyQuant.Quantization.Tests.Inference;

/// <summary>Trained networks in integers.</summary>
public sealed class WholeNetworkTests
{
    private const double MostTies = 1e-3;

    public static TheoryData<string, int, ActivationGrid> Networks()
    {
        TheoryData<string, int, ActivationGrid> data = [];
        foreach (string name in AssetNetworks.Names)
        {
            data.Add(name, 8, ActivationGrid.Asymmetric);
            data.Add(name, 7, ActivationGrid.Symmetric);
        }

        data.Add("yolox_nano", 7, ActivationGrid.Asymmetric);
        data.Add("mobilefacenet_insightface", 8, ActivationGrid.Symmetric);

        return data;
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void EveryIntegerTensor_IsWhatTheQuantizedGraphSays_OnEveryInstructionSet(string name, int bits, ActivationGrid grid)
    {
        Model model = AssetNetworks.QuantizeOrSkip(name, bits, grid);

        Agreement.AssertOn(model, AssetNetworks.Picture(name), MostTies);
    }
}
