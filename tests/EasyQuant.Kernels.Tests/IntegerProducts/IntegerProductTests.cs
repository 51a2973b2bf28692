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

        IntegerProduct.Multiply(IntegerProductKernels.Best, TestBytes.Quads(a, PositionRuns.Contiguous(1), RowLength), zeroPoint, new SignedRows(rows, RowLength), output);

        Assert.Equal((long)RowLength * weight * (a[0] - zeroPoint), output[0]);
    }

    [Fact]
    public void Multiply_RefusesRows_WhoseSumsCouldOverflow()
    {
        const int RowLength = IntegerProduct.LongestRow + 1;

        ArgumentException error = Assert.Throws<ArgumentException>(() => IntegerProduct.Multiply(
            IntegerProductKernels.Best, TestBytes.Quads(new byte[RowLength], PositionRuns.Contiguous(1), RowLength), 0, new SignedRows([new sbyte[RowLength]], RowLength), new int[1]));

        Assert.Contains($"{RowLength} elements", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Isas))]
    public void Multiply_SkipsWhatLiesBetweenRuns(string isa)
    {
        IntegerProductKernel kernel = KernelUnderTest.Of(isa);
        foreach (PositionRuns positions in new[] { Rows(13, 15, 13), Rows(3, 300, 270), Rows(40, 9, 7), Rows(1, 1, 1) })
        {
            AssertProduct(kernel, TestBytes.Unsigned(4, positions.Count * 18), positions, zeroPoint: 128, TestBytes.Rows(5, 14, 18));
        }

        static PositionRuns Rows(int count, int stride, int length) => new(Enumerable.Range(0, count).Select(y => (y * stride, length)));
    }

    [Fact]
    public void Multiply_RefusesWhatDoesNotFit()
    {
        SignedRows rows = new(TestBytes.Rows(1, 2, 8), 8);

        Assert.Throws<ArgumentException>(() => IntegerProduct.Multiply(IntegerProductKernels.Best, Matrix(8), 0, rows, new int[9]));
        Assert.Throws<ArgumentException>(() => IntegerProduct.Multiply(IntegerProductKernels.Best, Matrix(12), 0, rows, new int[10]));

        static QuadMatrix Matrix(int rowLength) => TestBytes.Quads(new byte[5 * rowLength], PositionRuns.Contiguous(5), rowLength);
    }

    [Fact]
    public void AMatrix_RefusesOffsets_ThatLeadBeyondItsBytes() => Assert.Throws<ArgumentException>(
        () => new QuadMatrix(new byte[4 * 5 + QuadMatrix.Slack], [4], PositionRuns.Contiguous(5)));

    [Fact]
    public void Runs_MustRise_AndHoldSomething()
    {
        Assert.Throws<ArgumentException>(() => new PositionRuns([(0, 5), (4, 2)]));
        Assert.Throws<ArgumentException>(() => new PositionRuns([(0, 0)]));
        Assert.Throws<ArgumentException>(() => new PositionRuns([]));
    }

    private static void AssertProduct(IntegerProductKernel kernel, byte[] a, int positions, int zeroPoint, sbyte[][] rows) =>
        AssertProduct(kernel, a, PositionRuns.Contiguous(positions), zeroPoint, rows);

    // The padding holds noise, since it must not matter, and what lies behind the output must stay.
    private static void AssertProduct(IntegerProductKernel kernel, byte[] a, PositionRuns positions, int zeroPoint, sbyte[][] rows)
    {
        int rowLength = rows[0].Length;
        int[,] expected = TestBytes.Accumulators(a, positions.Count, zeroPoint, rows);
        int length = rows.Length * positions.Count;
        int[] output = new int[length + 16];
        Array.Fill(output, -7);

        IntegerProduct.Multiply(kernel, TestBytes.Quads(a, positions, rowLength, padding: 201), zeroPoint, new SignedRows(rows, rowLength), output.AsSpan(0, length));

        Assert.Equal(expected.Cast<int>(), output.Take(length));
        Assert.All(output.Skip(length), untouched => Assert.Equal(-7, untouched));
    }
}
