using EasyQuant.Tensors;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EasyQuant.Quantization.Tests.Vocabulary;

/// <summary>What holds for every grid and every real.</summary>
public sealed class QuantizationProperties
{
    // Rounding of x / s and of q * s costs a few units in the last place of numbers up to 255 steps.
    private const double Slack = 255 * 4 / (double)(1 << 24);

    private static readonly Arbitrary<QuantizationParameters> s_grids = (
        from bits in Gen.Choose(IntegerRange.MinimumBits, IntegerRange.MaximumBits)
        from below in Gen.Choose(0, (1 << bits) - 1)
        from range in Gen.Elements(new IntegerRange(bits, signed: true), IntegerRange.Asymmetric(bits, 0), IntegerRange.Asymmetric(bits, below))
        from storage in Gen.Elements(DataType.UInt8, DataType.Int8)
        from exponent in Gen.Choose(-20, 10)
        from mantissa in Gen.Choose(1000, 1999)
        select QuantizationParameters.ForActivations(range, MathF.ScaleB(mantissa / 1000f, exponent), storage)).ToArbitrary();

    // Reals in steps: about the grid and beyond both of its ends.
    private static readonly Arbitrary<float> s_steps = Gen.Choose(-600_000, 600_000).Select(i => i / 1000f).ToArbitrary();

    [Fact]
    public void WithinTheGrid_TheErrorIsAtMostHalfAStep() => Prop.ForAll(s_grids, s_steps, (grid, steps) =>
    {
        float scale = grid.Scales[0];
        float x = Math.Clamp(steps, grid.Minimum - grid.ZeroPoint, grid.Maximum - grid.ZeroPoint) * scale;
        return Math.Abs(grid.Dequantize(grid.Quantize(x)) - (double)x) <= (0.5 + Slack) * scale;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Quantize_NeverTurnsTheOrderRound() => Prop.ForAll(s_grids, s_steps, s_steps, (grid, a, b) =>
        grid.Quantize(Math.Min(a, b) * grid.Scales[0]) <= grid.Quantize(Math.Max(a, b) * grid.Scales[0])).QuickCheckThrowOnFailure();

    [Fact]
    public void EveryIntegerOfTheGrid_ComesBack() => Prop.ForAll(s_grids, grid =>
        Enumerable.Range(grid.Minimum, grid.Maximum - grid.Minimum + 1).All(q => grid.Quantize(grid.Dequantize(q)) == q)).QuickCheckThrowOnFailure();

    [Fact]
    public void Storage_DoesNotChangeTheReals() => Prop.ForAll(s_grids, s_steps, (grid, steps) =>
    {
        bool unsigned = grid.Storage == DataType.UInt8;
        int offset = unsigned ? -128 : 128;
        QuantizationParameters other = grid with
        {
            Storage = unsigned ? DataType.Int8 : DataType.UInt8,
            ZeroPoint = grid.ZeroPoint + offset,
            Minimum = grid.Minimum + offset,
            Maximum = grid.Maximum + offset,
        };
        float x = steps * grid.Scales[0];
        return grid.Dequantize(grid.Quantize(x)) == other.Dequantize(other.Quantize(x));
    }).QuickCheckThrowOnFailure();
}
