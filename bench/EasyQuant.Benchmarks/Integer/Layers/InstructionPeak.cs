using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.MachineCode;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace EasyQuant.Benchmarks.Integer.Layers;

/// <summary>How many products of bytes a core adds up in a second where nothing is read or written: what kernels are measured by.</summary>
/// <param name="Instructions">What does it.</param>
/// <param name="ProductsPerSecond">The rate.</param>
internal sealed record InstructionPeak(string Instructions, double ProductsPerSecond)
{
    // More than latency times throughput, and fewer than there are registers.
    private const int Chains = 12;
    private const int Iterations = 1 << 18;
    private const int Attempts = 20;

    /// <summary>The peak of exact products of 8 bits on an instruction set, the best of several short attempts; null where there is no such instruction.</summary>
    public static unsafe InstructionPeak? Measure(string isa)
    {
        switch (isa)
        {
            case "avx512vnni":
                delegate* unmanaged<long, void> loop = (delegate* unmanaged<long, void>)EmitVnniLoop();
                return new InstructionPeak("VPDPBUSD on 512 bits", 64 * Rate(() => loop(Iterations)));
            case "avxvnni":
                return new InstructionPeak("VPDPBUSD on 256 bits", 32 * Rate(RunAvxVnni));
            case "avx512vbmi" or "avx512bw":
                return new InstructionPeak("VPMADDWD and VPADDD on 512 bits", 32 * Rate(RunAvx512));
            case "avx2":
                return new InstructionPeak("VPMADDWD and VPADDD on 256 bits", 16 * Rate(RunAvx2));
            default:
                return null;
        }
    }

    private static double Rate(Action run)
    {
        double best = double.PositiveInfinity;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            long start = Stopwatch.GetTimestamp();
            run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return (double)Chains * Iterations / best;
    }

    private static nint EmitVnniLoop()
    {
        Assembler code = new(64);
        AssemblerRegisterZMM[] sums = [zmm0, zmm1, zmm2, zmm3, zmm4, zmm5, zmm16, zmm17, zmm18, zmm19, zmm20, zmm21];
        AssemblerRegister64 count = OperatingSystem.IsWindows() ? rcx : rdi;
        Label again = code.CreateLabel();
        code.vpxord(zmm30, zmm30, zmm30);
        code.vpxord(zmm31, zmm31, zmm31);
        code.Label(ref again);
        foreach (AssemblerRegisterZMM sum in sums.AsSpan(0, Chains))
        {
            code.vpdpbusd(sum, zmm30, zmm31);
        }

        code.dec(count);
        code.jnz(again);
        code.vzeroupper();
        code.ret();
        using MemoryStream bytes = new();
        code.Assemble(new StreamCodeWriter(bytes), 0);
        return ExecutableMemory.Publish(bytes.ToArray());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunAvxVnni()
    {
        Vector256<byte> x = Vector256<byte>.Zero;
        Vector256<sbyte> w = Vector256<sbyte>.Zero;
        Vector256<int> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default, i = default, j = default, k = default, l = default;
        for (int n = 0; n < Iterations; n++)
        {
            a = AvxVnni.MultiplyWideningAndAdd(a, x, w);
            b = AvxVnni.MultiplyWideningAndAdd(b, x, w);
            c = AvxVnni.MultiplyWideningAndAdd(c, x, w);
            d = AvxVnni.MultiplyWideningAndAdd(d, x, w);
            e = AvxVnni.MultiplyWideningAndAdd(e, x, w);
            f = AvxVnni.MultiplyWideningAndAdd(f, x, w);
            g = AvxVnni.MultiplyWideningAndAdd(g, x, w);
            h = AvxVnni.MultiplyWideningAndAdd(h, x, w);
            i = AvxVnni.MultiplyWideningAndAdd(i, x, w);
            j = AvxVnni.MultiplyWideningAndAdd(j, x, w);
            k = AvxVnni.MultiplyWideningAndAdd(k, x, w);
            l = AvxVnni.MultiplyWideningAndAdd(l, x, w);
        }

        Keep(((a + b) + (c + d)) + ((e + f) + (g + h)) + ((i + j) + (k + l)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunAvx512()
    {
        Vector512<short> w = Vector512.Create((short)Environment.ProcessorCount);
        Vector512<int> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default, i = default, j = default, k = default, l = default;
        for (int n = 0; n < Iterations; n++)
        {
            a += Avx512BW.MultiplyAddAdjacent(a.AsInt16(), w);
            b += Avx512BW.MultiplyAddAdjacent(b.AsInt16(), w);
            c += Avx512BW.MultiplyAddAdjacent(c.AsInt16(), w);
            d += Avx512BW.MultiplyAddAdjacent(d.AsInt16(), w);
            e += Avx512BW.MultiplyAddAdjacent(e.AsInt16(), w);
            f += Avx512BW.MultiplyAddAdjacent(f.AsInt16(), w);
            g += Avx512BW.MultiplyAddAdjacent(g.AsInt16(), w);
            h += Avx512BW.MultiplyAddAdjacent(h.AsInt16(), w);
            i += Avx512BW.MultiplyAddAdjacent(i.AsInt16(), w);
            j += Avx512BW.MultiplyAddAdjacent(j.AsInt16(), w);
            k += Avx512BW.MultiplyAddAdjacent(k.AsInt16(), w);
            l += Avx512BW.MultiplyAddAdjacent(l.AsInt16(), w);
        }

        Vector512<int> sum = ((a + b) + (c + d)) + ((e + f) + (g + h)) + ((i + j) + (k + l));
        Keep(sum.GetLower() + sum.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunAvx2()
    {
        Vector256<short> w = Vector256.Create((short)Environment.ProcessorCount);
        Vector256<int> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default, i = default, j = default, k = default, l = default;
        for (int n = 0; n < Iterations; n++)
        {
            a += Avx2.MultiplyAddAdjacent(a.AsInt16(), w);
            b += Avx2.MultiplyAddAdjacent(b.AsInt16(), w);
            c += Avx2.MultiplyAddAdjacent(c.AsInt16(), w);
            d += Avx2.MultiplyAddAdjacent(d.AsInt16(), w);
            e += Avx2.MultiplyAddAdjacent(e.AsInt16(), w);
            f += Avx2.MultiplyAddAdjacent(f.AsInt16(), w);
            g += Avx2.MultiplyAddAdjacent(g.AsInt16(), w);
            h += Avx2.MultiplyAddAdjacent(h.AsInt16(), w);
            i += Avx2.MultiplyAddAdjacent(i.AsInt16(), w);
            j += Avx2.MultiplyAddAdjacent(j.AsInt16(), w);
            k += Avx2.MultiplyAddAdjacent(k.AsInt16(), w);
            l += Avx2.MultiplyAddAdjacent(l.AsInt16(), w);
        }

        Keep(((a + b) + (c + d)) + ((e + f) + (g + h)) + ((i + j) + (k + l)));
    }

    // So that the sums are not optimised away.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep(Vector256<int> sum) => GC.KeepAlive(sum);
}
