using System.Runtime.CompilerServices;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>Byte by byte.</summary>
internal static unsafe class LookupRun_1
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(LookupRun* run) => RunFrom(run, 0);

    /// <summary>From an element on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunFrom(LookupRun* run, nint first)
    {
        byte* input = run->Input, output = run->Output, table = run->Table;
        nint count = run->Count;
        for (nint i = first; i < count; i++)
        {
            output[i] = table[input[i]];
        }
    }
}
