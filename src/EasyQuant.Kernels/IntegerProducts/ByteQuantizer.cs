using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>Reals to stored bytes: <c>clamp(round(x / s) + z, qmin, qmax)</c>, ties to even, the division in single precision; NaN gives z.</summary>
public static class ByteQuantizer
{
    /// <summary>Quantizes every element.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than the source.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Quantize(ReadOnlySpan<float> source, float scale, int zeroPoint, int minimum, int maximum, Span<byte> destination)
    {
        if (destination.Length < source.Length)
        {
            throw new ArgumentException($"The destination has {destination.Length} bytes, {source.Length} are needed.", nameof(destination));
        }

        Vector512<float> lower = Vector512.Create((float)(minimum - zeroPoint));
        Vector512<float> upper = Vector512.Create((float)(maximum - zeroPoint));
        Vector512<int> offset = Vector512.Create(zeroPoint);
        ref float x = ref MemoryMarshal.GetReference(source);
        ref byte q = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        for (; i + 16 <= source.Length; i += 16)
        {
            Vector512<float> rounded = Vector512.Round(Vector512.LoadUnsafe(ref x, (nuint)i) / scale);
            rounded = Vector512.ConditionalSelect(Vector512.Equals(rounded, rounded), rounded, Vector512<float>.Zero);
            Vector512<int> integers = Vector512.ConvertToInt32(Vector512.Min(Vector512.Max(rounded, lower), upper)) + offset;
            Vector256<ushort> halves = Vector256.Narrow(integers.GetLower().AsUInt32(), integers.GetUpper().AsUInt32());
            Vector128.Narrow(halves.GetLower(), halves.GetUpper()).StoreUnsafe(ref q, (nuint)i);
        }

        for (; i < source.Length; i++)
        {
            float rounded = MathF.Round(source[i] / scale, MidpointRounding.ToEven);
            destination[i] = (byte)(Math.Clamp(float.IsNaN(rounded) ? 0 : rounded, minimum - zeroPoint, maximum - zeroPoint) + zeroPoint);
        }
    }

    /// <summary>Weights: <c>clamp(round(x / s))</c> within ±<paramref name="maximum"/>; NaN gives 0.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than the source.</exception>
    public static void QuantizeSigned(ReadOnlySpan<float> source, float scale, int maximum, Span<sbyte> destination)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(destination);
        Quantize(source, scale, 128, 128 - maximum, 128 + maximum, bytes);
        int i = 0;
        for (; i + 32 <= source.Length; i += 32)
        {
            (Vector256.Create(bytes[i..]) ^ Vector256.Create((byte)0x80)).CopyTo(bytes[i..]);
        }

        for (; i < source.Length; i++)
        {
            bytes[i] ^= 0x80;
        }
    }
}
