using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Kernels.KernelTables;
using Xunit;

namespace EasyQuant.Kernels.Tests.KernelTables;

public sealed class KernelChoiceTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void WithoutAWish_TakesTheFirstThatRuns(string? wish) =>
        Assert.Equal("avx2", KernelChoice.Choose([new("avx512vnni", "too young"), new("avx2", null), new Named("scalar", null)], wish).Isa);

    [Fact]
    public void TakesTheNamedOne() =>
        Assert.Equal("scalar", KernelChoice.Choose([new("avx2", null), new Named("scalar", null)], "scalar").Isa);

    [Fact]
    public void TakesTheBestThatIsNotAbove_WhereThereIsNoneOfThatName()
    {
        Assert.SkipUnless(AvxVnni.IsSupported, "This processor, or this leg of the tests, lacks 'avxvnni'.");
        Named[] kernels = [new("avx512vnni", null), new("avx512bw", null), new("avx2", null), new("scalar", null)];

        Assert.Equal("avx2", KernelChoice.Choose(kernels, "avxvnni").Isa);
    }

    [Fact]
    public void RefusesTheNamedOne_WhenItCannotBeUsed()
    {
        PlatformNotSupportedException error = Assert.Throws<PlatformNotSupportedException>(
            () => KernelChoice.Choose([new("avx2", "too young"), new Named("scalar", null)], "avx2"));

        Assert.Contains("'avx2', which cannot be used: too young", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesALevelThatTheProcessorLacks_EvenWhereNoKernelHasItsName()
    {
        Assert.SkipWhen(Avx512Vbmi.IsSupported, "This processor has AVX512-VBMI.");

        Assert.Throws<PlatformNotSupportedException>(() => KernelChoice.Choose([new Named("scalar", null)], "avx512vbmi"));
    }

    [Fact]
    public void NamesTheChoices_WhenThereIsNoSuchLevel()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => KernelChoice.Choose([new Named("scalar", null)], "sse9"));

        Assert.Contains("'sse9'", error.Message, StringComparison.Ordinal);
        Assert.Contains("avx512vnni, avx512vbmi, avx512bw, avxvnni, avx2, scalar", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryTable_HasOneKernelThatRunsEverywhere_AndOnlyKnownNames()
    {
        IReadOnlyList<IKernel>[] tables =
        [
            DepthwiseKernels.All, MaxPoolingKernels.All, AveragePoolingKernels.All, AddKernels.All, LookupKernels.All,
            ConvolutionKernels.All, IntegerProductKernels.All,
        ];
        foreach (IReadOnlyList<IKernel> table in tables)
        {
            Assert.Equal("scalar", table[^1].Isa);
            Assert.Null(table[^1].Refusal);
            Assert.All(table, k => Assert.Contains(k.Isa, KernelChoice.Levels));
        }
    }

    private sealed record Named(string Isa, string? Refusal) : IKernel;
}
