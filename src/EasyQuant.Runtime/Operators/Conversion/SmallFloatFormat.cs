using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Conversion;

/// <summary>A floating-point format of at most 8 bits: sign, exponent e, mantissa m of k bits; a code stands for <c>(1 + m / 2^k) · 2^(e − bias)</c>, or <c>m / 2^k · 2^(1 − bias)</c> where e is 0.</summary>
internal sealed class SmallFloatFormat
{
    // The magnitudes by code, ascending, and behind them the one that would follow: from half-way to it on, a number overflows.
    private readonly double[] _magnitudes;
    private readonly int _signBit;
    private readonly int _largest;
    private readonly int _infinity;
    private readonly int _notANumber;
    private readonly bool _hasNegativeZero;

    private SmallFloatFormat(int mantissaBits, int bias, int largest, int signBit, int infinity, int notANumber, bool hasNegativeZero)
    {
        (_signBit, _largest, _infinity, _notANumber, _hasNegativeZero) = (signBit, largest, infinity, notANumber, hasNegativeZero);
        int fractions = 1 << mantissaBits;
        _magnitudes = new double[largest + 2];
        for (int code = 0; code < _magnitudes.Length; code++)
        {
            (int exponent, int mantissa) = Math.DivRem(code, fractions);
            _magnitudes[code] = exponent == 0
                ? Math.ScaleB(mantissa, 1 - bias - mantissaBits)
                : Math.ScaleB(fractions + mantissa, exponent - bias - mantissaBits);
        }
    }

    private static readonly SmallFloatFormat s_e4m3fn = new(mantissaBits: 3, bias: 7, largest: 0x7E, signBit: 0x80, infinity: 0x7F, notANumber: 0x7F, hasNegativeZero: true);
    private static readonly SmallFloatFormat s_e4m3fnuz = new(mantissaBits: 3, bias: 8, largest: 0x7F, signBit: 0x80, infinity: -1, notANumber: 0x80, hasNegativeZero: false);
    private static readonly SmallFloatFormat s_e5m2 = new(mantissaBits: 2, bias: 15, largest: 0x7B, signBit: 0x80, infinity: 0x7C, notANumber: 0x7E, hasNegativeZero: true);
    private static readonly SmallFloatFormat s_e5m2fnuz = new(mantissaBits: 2, bias: 16, largest: 0x7F, signBit: 0x80, infinity: -1, notANumber: 0x80, hasNegativeZero: false);
    private static readonly SmallFloatFormat s_e2m1 = new(mantissaBits: 1, bias: 1, largest: 7, signBit: 8, infinity: -1, notANumber: -1, hasNegativeZero: true);

    /// <summary>The format of an element type; nothing where it is no small float with a sign.</summary>
    public static SmallFloatFormat? Of(DataType type) => type switch
    {
        DataType.Float8E4M3FN => s_e4m3fn,
        DataType.Float8E4M3FNUZ => s_e4m3fnuz,
        DataType.Float8E5M2 => s_e5m2,
        DataType.Float8E5M2FNUZ => s_e5m2fnuz,
        DataType.Float4E2M1 => s_e2m1,
        _ => null,
    };

    /// <summary>The number that a code stands for.</summary>
    public float Decode(int code)
    {
        int magnitude = code & (_signBit - 1);
        float sign = (code & _signBit) != 0 ? -1 : 1;
        return code == _notANumber || (magnitude > _largest && magnitude != _infinity) || (magnitude == _notANumber && _notANumber < _signBit) ? float.NaN
            : magnitude > _largest ? sign * float.PositiveInfinity
            : sign * (float)_magnitudes[magnitude];
    }

    /// <summary>The code of the nearest number, ties to the even code.</summary>
    /// <param name="value">The number.</param>
    /// <param name="saturates">Whether what is too large becomes the largest number; otherwise infinity, or not-a-number where there is none.</param>
    public int Encode(double value, bool saturates)
    {
        if (double.IsNaN(value))
        {
            return _notANumber >= 0 ? _notANumber : _signBit;
        }

        int sign = double.IsNegative(value) ? _signBit : 0;
        int code = Nearest(Math.Abs(value));
        if (code > _largest)
        {
            return saturates || _notANumber < 0 ? sign | _largest : _infinity >= 0 ? sign | _infinity : _notANumber;
        }

        return code == 0 && !_hasNegativeZero ? 0 : sign | code;
    }

    private int Nearest(double magnitude)
    {
        int below = Array.BinarySearch(_magnitudes, magnitude);
        if (below >= 0)
        {
            return below;
        }

        below = ~below - 1;
        if (below == _magnitudes.Length - 1)
        {
            return below;
        }

        double toBelow = magnitude - _magnitudes[below];
        double toAbove = _magnitudes[below + 1] - magnitude;
        return toBelow < toAbove || (toBelow == toAbove && below % 2 == 0) ? below : below + 1;
    }
}
