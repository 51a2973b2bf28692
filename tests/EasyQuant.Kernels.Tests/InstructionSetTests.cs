using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Xunit;

namespace EasyQuant.Kernels.Tests;

public sealed class InstructionSetTests
{
    /// <summary>The switch of the present leg of <c>.ci/run</c>; without one, all that the processor has is tested.</summary>
    private const string Leg = "EASYQUANT_TEST_ISA";

    [Fact]
    public void IsOff_InTheLegThatSwitchesItOff()
    {
        string? leg = Environment.GetEnvironmentVariable(Leg);
        Assert.SkipWhen(string.IsNullOrEmpty(leg), $"{Leg} is not set: no instruction set is switched off.");

        bool isOn = leg switch
        {
            "DOTNET_EnableAVX512" => Avx512F.IsSupported || Vector512.IsHardwareAccelerated,
            "DOTNET_EnableAVX2" => Avx2.IsSupported || Vector256.IsHardwareAccelerated,
            "DOTNET_EnableHWIntrinsic" => Ssse3.IsSupported || Avx.IsSupported,
            _ => throw new InvalidOperationException($"{Leg} is '{leg}', which names no leg."),
        };

        Assert.False(isOn);
    }
}
