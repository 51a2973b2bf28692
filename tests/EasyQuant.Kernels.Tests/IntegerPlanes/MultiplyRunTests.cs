using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerPlanes;

public sealed unsafe class MultiplyRunTests
{
    public static TheoryData<string> Isas => [.. MultiplyKernels.All.Select(k => k.Isa)];

    [Theory]
    [MemberData(nameof(Isas))]
    public void EqualsTheDefinition_ForEveryPairOfBytes(string isa)
    {
        Kernel<MultiplyRun> kernel = KernelUnderTest.Of(MultiplyKernels.All, isa);
        byte[] a = [.. Enumerable.Range(0, 1 << 16).Select(i => (byte)i)], b = [.. Enumerable.Range(0, 1 << 16).Select(i => (byte)(i >> 8))];

        // 1 / 128 gives ties, the last a product beyond 16 bits.
        foreach (float multiplier in new[] { 0.00391f, 1 / 128f, 1 / 3f, 30_000f })
        {
            AssertProduct(kernel, a, b, 120, 0, multiplier);
            AssertProduct(kernel, a, b, 0, 255, multiplier);
        }
    }

    [Theory]
    [MemberData(nameof(Isas))]
    public void EqualsTheDefinition_ForEveryLength(string isa)
    {
        Kernel<MultiplyRun> kernel = KernelUnderTest.Of(MultiplyKernels.All, isa);
        Random random = new(1);
        for (int count = 16; count <= 208; count += 16)
        {
            byte[] a = new byte[count], b = new byte[count];
            random.NextBytes(a);
            random.NextBytes(b);
            AssertProduct(kernel, a, b, 7, 31, 0.01f);
        }
    }

    private static void AssertProduct(Kernel<MultiplyRun> kernel, byte[] a, byte[] b, int zeroPointA, int zeroPointB, float multiplier)
    {
        const byte Untouched = 77;
        const int ZeroPoint = 30, Minimum = 3, Maximum = 250;
        OutputGrid grid = OutputGrid.Of(ZeroPoint, Minimum, Maximum, signed: false);
        byte[] output = new byte[a.Length + 16];
        Array.Fill(output, Untouched);
        using GuardedBytes guardedA = new(a), guardedB = new(b);
        fixed (byte* o = output)
        {
            MultiplyRun run = new()
            {
                A = guardedA.Bytes,
                B = guardedB.Bytes,
                Output = o,
                Count = a.Length,
                ZeroPointA = zeroPointA,
                ZeroPointB = zeroPointB,
                Multiplier = multiplier,
                Grid = &grid,
            };
            kernel.Run(&run);
        }

        byte[] expected = new byte[output.Length];
        Array.Fill(expected, Untouched);
        for (int i = 0; i < a.Length; i++)
        {
            float product = (a[i] - zeroPointA) * (b[i] - zeroPointB) * multiplier;
            expected[i] = (byte)Math.Clamp(MathF.Round(product, MidpointRounding.ToEven) + ZeroPoint, Minimum, Maximum);
        }

        Assert.True(expected.AsSpan().SequenceEqual(output), $"{zeroPointA} {zeroPointB} {multiplier} {a.Length}");
    }
}
