using EasyQuant.Kernels.IntegerProducts;

namespace EasyQuant.Cli;

/// <summary>The environment variable <c>EASYQUANT_ISA</c>, which names the kernels to compute with.</summary>
internal static class KernelSetting
{
    /// <summary>Makes sure, before any work, that the variable names kernels that can be used here.</summary>
    /// <exception cref="UsageException">It does not; the message lists the choices.</exception>
    public static void Check()
    {
        try
        {
            _ = IntegerProductKernels.Best;
        }
        catch (Exception error) when (error is ArgumentException or PlatformNotSupportedException)
        {
            throw new UsageException(error.Message);
        }
    }
}
