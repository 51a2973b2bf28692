using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerPlanes;

public sealed unsafe class AddRunTests
{
    public static TheoryData<string> Isas => [.. AddKernels.All.Select(k => k.Isa)];

    [Theory]
    [MemberData(nameof(Isas))]
    public void EqualsTheDefinition_ForEveryPairOfBytes(string isa)
    {
        Kernel<AddRun> kernel = KernelUnderTest.Of(AddKernels.All, isa);
        byte[] a = [.. Enumerable.Range(0, 1 << 16).Select(i => (byte)i)], b = [.. Enumerable.Range(0, 1 << 16).Select(i => (byte)(i >> 8))];
        foreach ((bool signedA, bool signedB, bool signed) in new[] { (false, false, false), (true, false, true), (false, true, false), (true, true, true) })
        {
            AssertSum(kernel, a, b, signedA, signedB, signed, 0.7134f, 1.0189f);
            AssertSum(kernel, a, b, signedA, signedB, signed, 0.5f, 0.25f);
            AssertSum(kernel, a, b, signedA, signedB, signed, 3000, 1e-4f);

            // Products that a fused multiply-add would not round: their sum is a tie only when each is rounded.
            AssertSum(kernel, a, b, signedA, signedB, signed, 1 / 3f, 1 / 6f);
        }
    }

    [Theory]
    [MemberData(nameof(Isas))]
    public void EqualsTheDefinition_ForEveryLength(string isa)
    {
        Kernel<AddRun> kernel = KernelUnderTest.Of(AddKernels.All, isa);
        Random random = new(1);
        for (int count = 16; count <= 208; count += 16)
        {
            byte[] a = new byte[count], b = new byte[count];
            random.NextBytes(a);
            random.NextBytes(b);
            AssertSum(kernel, a, b, signedA: false, signedB: true, signed: false, 0.9f, 0.3f);
        }
    }

    private static void AssertSum(Kernel<AddRun> kernel, byte[] a, byte[] b, bool signedA, bool signedB, bool signed, float multiplierA, float multiplierB)
    {
        const byte Untouched = 77;
        int zeroPointA = signedA ? -3 : 120, zeroPointB = signedB ? 17 : 0, zeroPoint = signed ? -11 : 30;
        (int minimum, int maximum) = signed ? (-120, 100) : (3, 250);
        OutputGrid grid = OutputGrid.Of(zeroPoint, minimum, maximum, signed);
        byte[] output = new byte[a.Length + 16];
        Array.Fill(output, Untouched);
        using GuardedBytes guardedA = new(a), guardedB = new(b);
        fixed (byte* o = output)
        {
            AddRun run = new()
            {
                A = guardedA.Bytes,
                B = guardedB.Bytes,
                Output = o,
                Count = a.Length,
                ZeroPointA = zeroPointA,
                ZeroPointB = zeroPointB,
                MultiplierA = multiplierA,
                MultiplierB = multiplierB,
                SignedA = signedA,
                SignedB = signedB,
                Grid = &grid,
            };
            kernel.Run(&run);
        }

        byte[] expected = new byte[output.Length];
        Array.Fill(expected, Untouched);
        for (int i = 0; i < a.Length; i++)
        {
            float x = ((signedA ? (sbyte)a[i] : a[i]) - zeroPointA) * multiplierA;
            float y = ((signedB ? (sbyte)b[i] : b[i]) - zeroPointB) * multiplierB;
            float sum = x + y;
            expected[i] = (byte)(int)Math.Clamp(MathF.Round(sum, MidpointRounding.ToEven) + zeroPoint, minimum, maximum);
        }

        Assert.True(expected.AsSpan().SequenceEqual(output), $"{multiplierA} {multiplierB} {signedA} {signedB} {signed} {a.Length}");
    }
}
