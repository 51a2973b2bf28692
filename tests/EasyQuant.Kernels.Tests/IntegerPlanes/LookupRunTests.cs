using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerPlanes;

public sealed unsafe class LookupRunTests
{
    public static TheoryData<string> Isas => [.. LookupKernels.All.Select(k => k.Isa)];

    [Theory]
    [MemberData(nameof(Isas))]
    public void LooksUpEveryByte_ForEveryLength_AlsoInPlace(string isa)
    {
        Kernel<LookupRun> kernel = KernelUnderTest.Of(LookupKernels.All, isa);
        byte[] table = new byte[LookupRun.TableLength];
        new Random(1).NextBytes(table);
        for (int count = 0; count <= 400; count++)
        {
            byte[] input = [.. Enumerable.Range(0, count).Select(i => (byte)(i * 7))];
            byte[] expected = [.. input.Select(b => table[b])];
            using GuardedBytes guarded = new(input);
            fixed (byte* t = table)
            {
                LookupRun run = new() { Input = guarded.Bytes, Output = guarded.Bytes, Count = count, Table = t };
                kernel.Run(&run);
            }

            Assert.Equal(expected, new Span<byte>(guarded.Bytes, count).ToArray());
        }
    }
}
