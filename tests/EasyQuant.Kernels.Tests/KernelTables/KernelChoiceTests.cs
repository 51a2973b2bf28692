using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using Xunit;

namespace EasyQuant.Kernels.Tests.KernelTables;

public sealed class KernelChoiceTests
{
    private static readonly Named[] s_kernels = [new("avx512vnni", null), new("avxvnni", "too young"), new("avx2", null), new("scalar", null)];

    [Theory]
    [InlineData(null, "avx512vnni")]
    [InlineData("", "avx512vnni")]
    [InlineData("avx2", "avx2")]
    [InlineData("scalar", "scalar")]
    public void TakesTheNamedOne_OrTheFirst(string? wish, string expected) => Assert.Equal(expected, KernelChoice.Choose(s_kernels, wish).Isa);

    [Fact]
    public void TakesTheBestThatIsNotAbove_WhereThereIsNoneOfThatName() =>
        Assert.Equal("avx2", KernelChoice.Choose(s_kernels, "avx512bw").Isa);

    [Fact]
    public void RefusesWhatCannotBeUsed()
    {
        PlatformNotSupportedException error = Assert.Throws<PlatformNotSupportedException>(() => KernelChoice.Choose(s_kernels, "avxvnni"));

        Assert.Contains("too young", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesTheChoices_WhenThereIsNoSuchLevel()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => KernelChoice.Choose(s_kernels, "sse9"));

        Assert.Contains("'sse9'", error.Message, StringComparison.Ordinal);
        Assert.Contains("avx512vnni, avx512vbmi, avx512bw, avxvnni, avx2, scalar", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryTable_HasOneKernelThatRunsEverywhere_AndOnlyKnownNames()
    {
        IReadOnlyList<IKernel>[] tables =
        [
            DepthwiseKernels.All, MaxPoolingKernels.All, AveragePoolingKernels.All, AddKernels.All, LookupKernels.All,
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
