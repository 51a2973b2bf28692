using EasyQuant.Kernels.IntegerWinograd;
using EasyQuant.Kernels.Tests.IntegerPlanes;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerWinograd;

public sealed unsafe class WinogradProductTests
{
    public static TheoryData<string> Isas => [.. WinogradKernels.All.Select(k => k.Isa)];

    [Theory]
    [MemberData(nameof(Isas))]
    public void EqualsTheDefinitionModulo32Bits_ForEveryNumberOfTiles(string isa)
    {
        WinogradKernel kernel = KernelUnderTest.Of(WinogradKernels.All, isa);
        for (int rows = 1; rows <= 30; rows++)
        {
            AssertProduct(kernel, rows, panels: 1 + rows % 2, chunks: 1 + rows % 4, seed: rows, extreme: rows % 5 == 0);
            AssertProduct(kernel, rows, panels: 2 - rows % 2, chunks: 2, seed: rows, extreme: false);
        }
    }

    private static void AssertProduct(WinogradKernel kernel, int rows, int panels, int chunks, int seed, bool extreme)
    {
        Random random = new(seed);
        int computedRows = (rows + kernel.RowStep - 1) / kernel.RowStep * kernel.RowStep;
        int readRows = computedRows + random.Next(3);
        short[] values = [.. Enumerable.Range(0, chunks * readRows * 32).Select(_ => (short)(extreme ? (random.Next(2) * 2 - 1) * 12750 : random.Next(-12750, 12751)))];
        short[] weights = [.. Enumerable.Range(0, chunks * 16 * panels * 32).Select(_ => (short)(extreme ? 18432 : random.Next(-18432, 18433)))];
        const int Untouched = 123456789;
        int[] sums = new int[(computedRows + 1) * panels * 16];
        Array.Fill(sums, Untouched);
        fixed (short* v = values, w = weights)
        fixed (int* s = sums)
        {
            WinogradProduct product = new() { Values = v, ChunkStride = readRows * 64, Weights = w, Sums = s, Chunks = chunks, Rows = rows, Panels = panels };
            kernel.Multiply(&product);
        }

        for (int i = 0; i < rows * panels * 16; i++)
        {
            (int row, int panel, int k) = (i / 16 / panels, i / 16 % panels, i % 16);
            int expected = 0;
            for (int c = 0; c < chunks * 32; c++)
            {
                unchecked
                {
                    expected += values[(c / 32 * readRows + row) * 32 + c % 32] * weights[((c / 2 * panels + panel) * 16 + k) * 2 + c % 2];
                }
            }

            Assert.Equal(expected, sums[i]);
        }

        Assert.All(sums[(computedRows * panels * 16)..], s => Assert.Equal(Untouched, s));
    }
}
