namespace EasyQuant.Kernels.KernelTables;

/// <summary>Which kernel of a table is used: the fastest that can be, or the one that the user asks for.</summary>
/// <remarks>
/// Operations have different kernels, the wish is one for all. So a name stands for a level: where an operation has no kernel
/// of that name, its fastest one that is not above the level is used. What the processor lacks is refused, not replaced.
/// </remarks>
internal static class KernelChoice
{
    private const string Variable = "EASYQUANT_ISA";

    /// <summary>All levels, the plainest first.</summary>
    public static IReadOnlyList<string> Levels { get; } = ["scalar", "avx2", "avxvnni", "avx512bw", "avx512vbmi", "avx512vnni"];

    /// <summary>The kernel to use, as the environment variable <c>EASYQUANT_ISA</c> wishes.</summary>
    /// <param name="kernels">All kernels of an operation, fastest first; the one of the plainest level runs everywhere.</param>
    /// <exception cref="ArgumentException">The variable names no level.</exception>
    /// <exception cref="PlatformNotSupportedException">The kernel that the variable names cannot be used here.</exception>
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

        int level = LevelOf(wish);
        if (kernels.FirstOrDefault(k => k.Isa == wish) is { Refusal: { } refusal })
        {
            throw new PlatformNotSupportedException($"{Variable} is '{wish}', which cannot be used: {refusal}.");
        }

        return kernels.FirstOrDefault(k => k.Isa == wish) ?? kernels.First(k => k.Refusal is null && LevelOf(k.Isa) < level);
    }

    private static int LevelOf(string isa)
    {
        for (int level = 0; level < Levels.Count; level++)
        {
            if (Levels[level] == isa)
            {
                return level;
            }
        }

        throw new ArgumentException($"{Variable} is '{isa}', expected one of {string.Join(", ", Levels.Reverse())}.");
    }
}
