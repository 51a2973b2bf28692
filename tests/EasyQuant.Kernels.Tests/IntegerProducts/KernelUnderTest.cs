using EasyQuant.Kernels.IntegerProducts;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerProducts;

/// <summary>Theories run over every kernel of the table; those that this processor lacks are reported as skipped.</summary>
internal static class KernelUnderTest
{
    public static TheoryData<string> Isas => [.. IntegerProductKernels.All.Select(k => k.Isa)];

    public static IntegerProductKernel Of(string isa)
    {
        IntegerProductKernel kernel = IntegerProductKernels.All.Single(k => k.Isa == isa);
        Assert.SkipUnless(kernel.IsSupported, $"This processor, or this leg of the tests, lacks '{isa}'.");
        return kernel;
    }
}
