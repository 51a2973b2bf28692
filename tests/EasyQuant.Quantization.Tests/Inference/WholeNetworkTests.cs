using EasyQuant.Graphs;
using Xunit;

namespace EasyQuant.Quantization.Tests.Inference;

/// <summary>Trained networks in integers.</summary>
public sealed class WholeNetworkTests
{
    private const double MostTies = 1e-3;

    public static TheoryData<string, int> Networks()
    {
        TheoryData<string, int> data = [];
        foreach (string name in AssetNetworks.Names)
        {
            data.Add(name, 8);
            data.Add(name, 7);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void EveryIntegerTensor_IsWhatTheQuantizedGraphSays_OnEveryInstructionSet(string name, int bits)
    {
        Model model = AssetNetworks.QuantizeOrSkip(name, bits);

        Agreement.AssertOn(model, AssetNetworks.Picture(name), MostTies);
    }
}
