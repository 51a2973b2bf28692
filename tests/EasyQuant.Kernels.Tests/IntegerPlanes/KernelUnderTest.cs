using EasyQuant.Kernels.KernelTables;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerPlanes;

/// <summary>Theories run over every kernel of a table; those that this processor lacks are reported as skipped.</summary>
internal static class KernelUnderTest
{
    public static TKernel Of<TKernel>(IReadOnlyList<TKernel> kernels, string isa)
        where TKernel : IKernel
    {
        TKernel kernel = kernels.Single(k => k.Isa == isa);
        Assert.SkipWhen(kernel.Refusal is not null, $"'{isa}': {kernel.Refusal}.");
        return kernel;
    }
}
