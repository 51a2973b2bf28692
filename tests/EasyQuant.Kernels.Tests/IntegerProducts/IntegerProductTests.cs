using EasyQuant.Kernels.IntegerProducts;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerProducts;

public sealed class IntegerProductTests
{
    public static TheoryData<string> Isas => KernelUnderTest.Isas;

    [Theory]
    [MemberData(nameof(Isas))]
    public void Multiply_EqualsTheDefinition_ForEveryRowLengthAndEdge(string isa)
    {
        IntegerProductKernel kernel = KernelUnderTest.Of(isa);
        for (int rowLength = 1; rowLength <= 36; rowLength++)
        {
            int positions = 1 + rowLength * 7 % 50;
            int rowCount = 1 + rowLength * 5 % 20;
            AssertProduct(
                kernel, TestBytes.Unsigned(rowLength, positions * rowLength), positions, zeroPoint: rowLength * 11 % 256,
                TestBytes.Rows(rowLength, rowCount, rowLength));
        }
    }

    [Theory]
    [MemberData(nameof(Isas))]
    public void Multiply_DoesNotSaturate_AtTheEndsOfTheRange(string isa)
    {
        IntegerProductKernel kernel = KernelUnderTest.Of(isa);
        const int RowLength = 64;
        byte[] a = [.. Enumerable.Range(0, 17 * RowLength).Select(i => (byte)(i / RowLength % 2 == 0 ? 255 : i % 2 * 255))];
        sbyte[][] rows = [.. new sbyte[] { 127, -128, -127 }.Select(w => Enumerable.Repeat(w, RowLength).ToArray())];

        AssertProduct(kernel, a, 17, zeroPoint: 0, rows);
        AssertProduct(kernel, a, 17, zeroPoint: 255, rows);
    }

    [Theory]
    [InlineData(0, (sbyte)-128)]
    [InlineData(255, (sbyte)127)]
    public void Multiply_IsExact_ForTheLongestRow(byte zeroPoint, sbyte weight)
    {
        const int RowLength = IntegerProduct.LongestRow;
        byte[] a = new byte[RowLength];
        Array.Fill(a, (byte)(255 - zeroPoint));
        sbyte[][] rows = [[.. Enumerable.Repeat(weight, RowLength)]];
        int[] output = new int[1];

        IntegerProduct.Multiply(IntegerProductKernels.Best, TestBytes.Panels(a, 1, RowLength), 1, zeroPoint, new SignedRows(rows, RowLength), output);

        Assert.Equal((long)RowLength * weight * (a[0] - zeroPoint), output[0]);
    }

    [Fact]
    public void Multiply_RefusesRows_WhoseSumsCouldOverflow()
    {
        const int RowLength = IntegerProduct.LongestRow + 1;

        ArgumentException error = Assert.Throws<ArgumentException>(() => IntegerProduct.Multiply(
            IntegerProductKernels.Best, new byte[BytePanels.ByteLength(1, RowLength)], 1, 0, new SignedRows([new sbyte[RowLength]], RowLength), new int[1]));

        Assert.Contains($"{RowLength} elements", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Multiply_RefusesBuffers_ThatAreTooShort()
    {
        SignedRows rows = new(TestBytes.Rows(1, 2, 8), 8);
        byte[] panels = new byte[BytePanels.ByteLength(5, 8)];

        Assert.Throws<ArgumentException>(() => IntegerProduct.Multiply(IntegerProductKernels.Best, panels.AsSpan(1), 5, 0, rows, new int[10]));
        Assert.Throws<ArgumentException>(() => IntegerProduct.Multiply(IntegerProductKernels.Best, panels, 5, 0, rows, new int[9]));
    }

    // The padding holds noise, since it must not matter, and what lies behind the output must stay.
    private static void AssertProduct(IntegerProductKernel kernel, byte[] a, int positions, int zeroPoint, sbyte[][] rows)
    {
        int rowLength = rows[0].Length;
        int[,] expected = TestBytes.Accumulators(a, positions, zeroPoint, rows);
        int[] output = new int[rows.Length * positions + 16];
        Array.Fill(output, -7);

        IntegerProduct.Multiply(kernel, TestBytes.Panels(a, positions, rowLength, padding: 201), positions, zeroPoint, new SignedRows(rows, rowLength), output.AsSpan(0, rows.Length * positions));

        Assert.Equal(expected.Cast<int>(), output.Take(rows.Length * positions));
        Assert.All(output.Skip(rows.Length * positions), untouched => Assert.Equal(-7, untouched));
    }
}
