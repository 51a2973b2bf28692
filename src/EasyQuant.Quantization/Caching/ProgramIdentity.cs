using System.Runtime.InteropServices;
using EasyQuant.Graphs;
using EasyQuant.Kernels.FloatProducts;
using EasyQuant.Runtime.Execution;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace EasyQuant.Quantization.Caching;

/// <summary>Which program computes: entries of another build, another .NET or another kind of machine are not used.</summary>
/// <remarks>
/// Builds are deterministic, so a module's version identifies its code. No number has to be raised by hand when an algorithm
/// changes, and none can be forgotten.
/// </remarks>
internal static class ProgramIdentity
{
    private static readonly Type[] s_modules = [typeof(Model), typeof(FloatTileKernels), typeof(GraphExecutor), typeof(PostTrainingQuantizer), typeof(TensorPrimitives)];

    /// <summary>The identity.</summary>
    public static CacheKey Key { get; } = CacheKey.Of(hash =>
    {
        hash.AddAll(s_modules, t => hash.Add(t.Module.ModuleVersionId.ToString()));
        hash.Add(Environment.Version.ToString());
        hash.Add(RuntimeInformation.RuntimeIdentifier);
    });
}
