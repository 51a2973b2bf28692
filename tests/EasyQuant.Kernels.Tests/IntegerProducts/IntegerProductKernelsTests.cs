using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Kernels.MachineCode;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerProducts;

public sealed class IntegerProductKernelsTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Choose_WithoutAWish_TakesTheFirstThatRuns(string? isa)
    {
        string expected = Avx512Vnni.IsSupported ? "avx512vnni" : AvxVnni.IsSupported ? "avxvnni" : Avx2.IsSupported ? "avx2" : "scalar";

        Assert.Equal(expected, KernelChoice.Choose(IntegerProductKernels.All, isa).Isa);
    }

    [Fact]
    public void Choose_TakesTheNamedOne() => Assert.Equal("scalar", KernelChoice.Choose(IntegerProductKernels.All, "scalar").Isa);

    [Fact]
    public void Choose_NamesTheChoices_WhenThereIsNoSuchKernel()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => KernelChoice.Choose(IntegerProductKernels.All, "sse9"));

        Assert.Contains("'sse9'", error.Message, StringComparison.Ordinal);
        Assert.Contains("avx2, scalar", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_RefusesWhatTheProcessorLacks()
    {
        IntegerProductKernel? lacking = IntegerProductKernels.All.FirstOrDefault(k => !k.IsSupported);
        Assert.SkipWhen(lacking is null, "This processor has all instruction sets of the table.");

        Assert.Throws<PlatformNotSupportedException>(() => KernelChoice.Choose(IntegerProductKernels.All, lacking.Isa));
    }

    [Fact]
    public void OneKernel_RunsEverywhere() => Assert.True(IntegerProductKernels.All[^1].IsSupported);
}
