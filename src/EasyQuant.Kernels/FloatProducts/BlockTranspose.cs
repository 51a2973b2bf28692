using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.FloatProducts;

/// <summary>Turns up to 16 planes of one channel each into pixels of 16 channels side by side, and back.</summary>
public static unsafe class BlockTranspose
{
    /// <summary><c>blocked[p][c] = planes[c][p]</c>; channels that are missing become zero.</summary>
    /// <param name="planes">The first pixel of the first channel.</param>
    /// <param name="planeStride">Floats from one channel to the next.</param>
    /// <param name="channels">How many channels exist, 1 to 16.</param>
    /// <param name="pixels">How many pixels.</param>
    /// <param name="blocked">[pixels][16]</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToBlocked(float* planes, nint planeStride, int channels, int pixels, float* blocked)
    {
        int first = 0;
        if (Sse.IsSupported)
        {
            for (; first + 4 <= channels; first += 4)
            {
                int p = 0;
                for (float* from = planes + first * planeStride; p + 4 <= pixels; p += 4, from += 4)
                {
                    Transpose4x4(from, planeStride, blocked + p * 16 + first, 16);
                }

                ScalarToBlocked(planes, planeStride, first, first + 4, p, pixels, blocked);
            }
        }

        ScalarToBlocked(planes, planeStride, first, channels, 0, pixels, blocked);
        if (channels < 16)
        {
            for (int p = 0; p < pixels; p++)
            {
                new Span<float>(blocked + p * 16 + channels, 16 - channels).Clear();
            }
        }
    }

    /// <summary><c>planes[c][p] = blocked[p][c]</c>; channels that are missing are not read.</summary>
    /// <inheritdoc cref="ToBlocked"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToPlanes(float* blocked, float* planes, nint planeStride, int channels, int pixels)
    {
        int first = 0;
        if (Sse.IsSupported)
        {
            for (; first + 4 <= channels; first += 4)
            {
                int p = 0;
                for (float* to = planes + first * planeStride; p + 4 <= pixels; p += 4, to += 4)
                {
                    Transpose4x4(blocked + p * 16 + first, 16, to, planeStride);
                }

                ScalarToPlanes(blocked, planes, planeStride, first, first + 4, p, pixels);
            }
        }

        ScalarToPlanes(blocked, planes, planeStride, first, channels, 0, pixels);
    }

    private static void ScalarToBlocked(float* planes, nint planeStride, int channel, int lastChannel, int pixel, int pixels, float* blocked)
    {
        for (; channel < lastChannel; channel++)
        {
            for (int p = pixel; p < pixels; p++)
            {
                blocked[p * 16 + channel] = planes[channel * planeStride + p];
            }
        }
    }

    private static void ScalarToPlanes(float* blocked, float* planes, nint planeStride, int channel, int lastChannel, int pixel, int pixels)
    {
        for (; channel < lastChannel; channel++)
        {
            for (int p = pixel; p < pixels; p++)
            {
                planes[channel * planeStride + p] = blocked[p * 16 + channel];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4x4(float* from, nint fromStride, float* to, nint toStride)
    {
        Vector128<float> a = Vector128.Load(from), b = Vector128.Load(from + fromStride);
        Vector128<float> c = Vector128.Load(from + 2 * fromStride), d = Vector128.Load(from + 3 * fromStride);
        Vector128<float> ab = Sse.UnpackLow(a, b), cd = Sse.UnpackLow(c, d);
        Sse.MoveLowToHigh(ab, cd).Store(to);
        Sse.MoveHighToLow(cd, ab).Store(to + toStride);
        ab = Sse.UnpackHigh(a, b);
        cd = Sse.UnpackHigh(c, d);
        Sse.MoveLowToHigh(ab, cd).Store(to + 2 * toStride);
        Sse.MoveHighToLow(cd, ab).Store(to + 3 * toStride);
    }
}
