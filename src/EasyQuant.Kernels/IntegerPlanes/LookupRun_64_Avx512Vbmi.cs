using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>VPERMI2B on each half of the table, of which the highest bit takes one; what is left byte by byte.</summary>
internal static unsafe class LookupRun_64_Avx512Vbmi
{
    private const int Step = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(LookupRun* run)
    {
        byte* table = run->Table;
        Vector512<byte> t0 = Vector512.Load(table), t1 = Vector512.Load(table + 64), t2 = Vector512.Load(table + 128), t3 = Vector512.Load(table + 192);
        nint i = 0;
        for (; i + Step <= run->Count; i += Step)
        {
            Vector512<byte> x = Vector512.Load(run->Input + i);
            Vector512<byte> low = Avx512Vbmi.PermuteVar64x8x2(t0, x, t1), high = Avx512Vbmi.PermuteVar64x8x2(t2, x, t3);
            Vector512<byte> isHigh = Vector512.LessThan(x.AsSByte(), Vector512<sbyte>.Zero).AsByte();
            Vector512.ConditionalSelect(isHigh, high, low).Store(run->Output + i);
        }

        LookupRun_1.RunFrom(run, i);
    }
}
