using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.MachineCode;

namespace EasyQuant.Kernels.KernelTables;

/// <summary>Which kernel of a table is used: the fastest that can be, or the one that the user asks for.</summary>
/// <remarks>
/// Operations have different kernels, the wish is one for all. So a name stands for a level: where an operation has no kernel
/// of that name, its fastest one that is not above the level is used. What the processor lacks is refused, not replaced.
/// </remarks>
internal static class KernelChoice
{
    private const string Variable = "EASYQUANT_ISA";

    private static readonly (string Name, bool IsSupported)[] s_levels =
    [
        ("avx512vnni", Avx512Vnni.IsSupported),
        ("avx512vbmi", Avx512Vbmi.IsSupported),
        ("avx512bw", Avx512BW.IsSupported),
        ("avxvnni", AvxVnni.IsSupported),
        ("avx2", Avx2.IsSupported),
        ("scalar", true),
    ];

    /// <summary>The names of all levels, the highest first.</summary>
    public static IEnumerable<string> Levels => s_levels.Select(level => level.Name);

    /// <summary>The kernel to use, as the environment variable <c>EASYQUANT_ISA</c> wishes.</summary>
    /// <param name="kernels">All kernels of an operation, fastest first; the one of the plainest level runs everywhere.</param>
    /// <exception cref="ArgumentException">The variable names no level.</exception>
    /// <exception cref="PlatformNotSupportedException">What the variable names cannot be used here.</exception>
    public static TKernel Best<TKernel>(IReadOnlyList<TKernel> kernels)
        where TKernel : IKernel => Choose(kernels, Environment.GetEnvironmentVariable(Variable));

    /// <summary>The kernel to use; without a wish, the first that can be run.</summary>
    public static TKernel Choose<TKernel>(IReadOnlyList<TKernel> kernels, string? wish)
        where TKernel : IKernel
    {
        if (string.IsNullOrEmpty(wish))
        {
            return kernels.First(k => k.Refusal is null);
        }

        int level = Array.FindIndex(s_levels, l => l.Name == wish);
        if (level < 0)
        {
            throw new ArgumentException($"{Variable} is '{wish}', expected one of {string.Join(", ", Levels)}.");
        }

        TKernel? named = kernels.FirstOrDefault(k => k.Isa == wish);
        string? refusal = named is not null ? named.Refusal
            : s_levels[level].IsSupported ? null : $"the processor, or the runtime as it is set up, does not offer {wish}";
        return refusal is not null ? throw new PlatformNotSupportedException($"{Variable} is '{wish}', which cannot be used: {refusal}.")
            : named ?? kernels.First(k => k.Refusal is null && Array.FindIndex(s_levels, l => l.Name == k.Isa) > level);
    }
}
